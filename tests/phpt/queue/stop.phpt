--TEST--
stop() in the middle leaves the rest in the list
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'jobs', ...range(1, 10));
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->queue('jobs');
$stream->onMessage(function ($payload) use ($stream) {
    $payload === '3' && $stream->stop();
    return ['event' => 'job'];
});
echo $stream->run(), ' ', implode(' ', $redis->call('LRANGE', 'jobs', 0, -1));
?>
--EXPECT--
event: job
data: 1

event: job
data: 2

event: job
data: 3

stopped 4 5 6 7 8 9 10
