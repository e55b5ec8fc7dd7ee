--TEST--
a Last-Event-ID header of more than 512 bytes is taken for none
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach ([512, 513, 100000] as $length) {
    $process = new PhpProcess('echo strlen((string) (new SseStream)->lastEventId());', [], [], ['HTTP_LAST_EVENT_ID' => str_repeat('7', $length)]);
    echo $process->end(), ', ', $process->output, "\n";
}
?>
--EXPECT--
exit 0, 512
exit 0, 0
exit 0, 0
