--TEST--
an item that onMessage() drops is taken
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'jobs', 'drop', 'empty list', 'keep');
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->queue('jobs');
$stream->onMessage(fn ($payload) => ['drop' => null, 'empty list' => [], 'keep' => ['data' => 'kept']][$payload]);
$output = new Output;
perform($stream, fn () => $output->has('kept'));
echo $stream->run(), ' ', $redis->call('LLEN', 'jobs');
?>
--EXPECT--
data: kept

stopped 0
