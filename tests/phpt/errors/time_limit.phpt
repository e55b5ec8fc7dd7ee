--TEST--
max_execution_time does not end a stream
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$process = new PhpProcess('$stream = new SseStream(["maxLifetime" => 20, "heartbeat" => 0]);
    $stream->every(0.001, function ($stream) {
        for ($end = microtime(true) + 0.05; microtime(true) < $end;);
        getrusage()["ru_utime.tv_sec"] >= 2 && $stream->stop();
    });
    echo $stream->run();', [], ['max_execution_time' => '1']);
echo $process->end(), ' ', $process->output;
?>
--EXPECT--
exit 0 stopped
