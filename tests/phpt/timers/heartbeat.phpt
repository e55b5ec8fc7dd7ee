--TEST--
the heartbeat is an event, or a comment on request, or off
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach ([['heartbeat' => 0.05], ['heartbeat' => 0.05, 'heartbeatStyle' => 'comment'], ['heartbeat' => 0, 'heartbeatStyle' => 'comment']] as $options) {
    $stream = new SseStream($options);
    $stream->every(0.17, fn ($stream) => $stream->stop());
    $output = new Output(false);
    $stream->run();
    ob_end_clean();
    echo preg_replace('/(.+?)\1+/s', '$1', $output->text), "--\n";
}
?>
--EXPECT--
event: ping
data: {}

--
: ping

--
--
