--TEST--
a key of another type where the log should be is an SseException
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('SET', 'sse:t', 'text');
echo thrown(fn () => (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->follow('t')->run()), "\n";
echo thrown(fn () => (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => '1-1', 'maxLifetime' => 30]))->follow('t')->run()), "\n";
echo thrown(fn () => (new SseStream(['redis' => $redis->dsn()]))->cursor('t')), "\n";
$redis->call('FLUSHALL');
$redis->call('SET', 'sse', 'text');
echo thrown(fn () => (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->follow('t')->run()), "\n";
?>
--EXPECTF--
SseException: Redis at %s: %SWRONGTYPE %s
SseException: Redis at %s: %SWRONGTYPE %s
SseException: Redis: %SWRONGTYPE %s
SseException: Redis at %s: %SWRONGTYPE %s
