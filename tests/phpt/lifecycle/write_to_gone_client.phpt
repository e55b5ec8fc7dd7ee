--TEST--
event() to a reader that has left is no error, and run() says "disconnected"
--FILE--
<?php
// The callback holds the loop, which could notice by itself that the reader is gone, until it has written once more. 255 is
// what PHP says in CLI about a write that failed.
require __DIR__ . '/../redis.inc';

$process = new PhpProcess('require $inc;
    $stream = new SseStream(["heartbeat" => 0]);
    $stream->every(0.001, function ($stream) use ($file) {
        $stream->event("ready");
        wait_until(fn () => file_get_contents($file), "the end of the reader");
        $stream->event("nobody reads this");
    });
    file_put_contents($file, $stream->run());',
    ['file' => $file = tempnam(sys_get_temp_dir(), 'sse'), 'inc' => __DIR__ . '/../redis.inc']);
$process->wait_for('ready');
$process->close_pipe();
file_put_contents($file, 'left');
echo $process->end(), ' ', file_get_contents($file);
unlink($file);
?>
--EXPECT--
exit 255 disconnected
