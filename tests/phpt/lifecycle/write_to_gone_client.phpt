--TEST--
event() to a reader that has left is no error, and run() says "disconnected"
--FILE--
<?php
// 255 is what PHP itself says about a write that failed in CLI.
require __DIR__ . '/../redis.inc';

$process = new PhpProcess('$stream = new SseStream(["heartbeat" => 0]);
    $stream->every(0.001, fn ($stream) => $stream->event(str_repeat("x", 10000)));
    file_put_contents($file, $stream->run());', ['file' => $file = tempnam(sys_get_temp_dir(), 'sse')]);
$process->wait_for('xxx');
$process->close_pipe();
echo $process->end(), ' ', file_get_contents($file);
unlink($file);
?>
--EXPECT--
exit 255 disconnected
