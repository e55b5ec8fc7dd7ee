--TEST--
an item whose onMessage() calls exit() goes back to the head of its list
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'jobs', 'first', 'second', 'third');
$process = new PhpProcess('$stream = (new SseStream(["redis" => $dsn]))->queue("jobs");
    $stream->onMessage(function ($payload) { if ($payload === "second") { exit(5); } return ["event" => "job"]; })->run();', ['dsn' => $redis->dsn()]);
echo $process->end(), "\n", $process->output, json_encode($redis->call('LRANGE', 'jobs', 0, -1)), "\n";
?>
--EXPECT--
exit 5
event: job
data: first

["second","third"]
