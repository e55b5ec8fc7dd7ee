--TEST--
isConnected() is true while somebody reads standard output, and run() ends when nobody does
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$process = new PhpProcess('$stream = new SseStream(["heartbeat" => 0]);
    $connected = [var_export($stream->isConnected(), true)];
    $stream->every(0.01, function ($stream) use (&$connected) {
        if (count($connected) === 1) { $connected[] = var_export($stream->isConnected(), true); $stream->event("ready"); }
    });
    $start = microtime(true);
    $reason = $stream->run();
    file_put_contents($file, implode(" ", [...$connected, var_export($stream->isConnected(), true), $reason]));',
    ['file' => $file = tempnam(sys_get_temp_dir(), 'sse')]);
$process->wait_for('ready');
$start = microtime(true);
$process->close_pipe();
echo $process->end(), ' ', file_get_contents($file), "\n";
unlink($file);
$process = new PhpProcess('file_put_contents($file, (new SseStream(["heartbeat" => 0]))->subscribe("c")->run());', ['file' => $file],
    ['sse.redis' => ($redis = new RedisServer())->dsn()]);
$process->close_pipe();
echo $process->end(), ' ', file_get_contents($file), "\n";
unlink($file);
?>
--EXPECT--
exit 0 true true false disconnected
exit 0 disconnected
