--TEST--
the end of a stream that waits for items does not wait for them
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->queue('jobs');
perform($stream, fn () => str_contains($redis->call('INFO', 'clients'), 'blocked_clients:1'));
$start = microtime(true);
$reason = $stream->run();
echo $reason, microtime(true) - $start < 3 ? ' at once' : ' late', "\n";
echo $redis->call('RPUSH', 'jobs', 'x'), ' ', $redis->call('LLEN', 'jobs');
?>
--EXPECT--
stopped at once
1 1
