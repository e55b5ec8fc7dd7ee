--TEST--
a key that is no list is an SseException, for queue(), blpop() and history()
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('SET', 'text', 'x');
echo thrown(fn () => (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->queue('text')->run()), "\n";
echo thrown(fn () => (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->queue('fine', 'text')->run()), "\n";
echo thrown(fn () => (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->history('text')->run()), "\n";
echo thrown(fn () => (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->history('text')->subscribe('c')->run()), "\n";
echo thrown(fn () => (new RedisSubscriber($redis->dsn()))->blpop('text', fn () => 0)->run(30)), "\n";
?>
--EXPECTF--
SseException: Redis at %s: WRONGTYPE %s
SseException: Redis at %s: WRONGTYPE %s
SseException: Redis at %s: WRONGTYPE %s
SseException: Redis at %s: WRONGTYPE %s
SseException: Redis at %s: WRONGTYPE %s
