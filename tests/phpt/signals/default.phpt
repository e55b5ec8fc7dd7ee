--TEST--
without a handler SIGTERM and SIGINT end the process as ever
--EXTENSIONS--
pcntl
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach ([SIGTERM, SIGINT] as $signal) {
    $process = new PhpProcess('$stream = new SseStream(["heartbeat" => 0]);
        $stream->every(0.01, fn ($stream) => $stream->comment("ready"))->run();');
    $process->wait_for('ready');
    $process->signal($signal);
    echo $process->end(), "\n";
}
?>
--EXPECT--
signal 15
signal 2
