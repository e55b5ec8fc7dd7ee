--TEST--
an item that comes when the reader has left stays at the head of its list
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
for ($round = 0; $round < 5; $round++) {
    $process = new PhpProcess('$stream = (new SseStream(["redis" => $dsn, "heartbeat" => 0]))->queue("jobs");
        file_put_contents("$dir/reason", $stream->run());', ['dsn' => $redis->dsn(), 'dir' => $redis->dir]);
    $redis->call('RPUSH', 'jobs', 'before');
    $process->wait_for("data: before\n\n");
    $process->close_pipe();
    $redis->call('RPUSH', 'jobs', 'first', 'second', 'third');
    echo $process->end(), ' ', file_get_contents("$redis->dir/reason"), ' ', implode(' ', $redis->call('LRANGE', 'jobs', 0, -1)), "\n";
    $redis->call('DEL', 'jobs');
}
?>
--EXPECT--
exit 0 disconnected first second third
exit 0 disconnected first second third
exit 0 disconnected first second third
exit 0 disconnected first second third
exit 0 disconnected first second third
