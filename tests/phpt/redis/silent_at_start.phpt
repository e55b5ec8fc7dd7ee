--TEST--
a Redis that accepts connections but never answers is an SseException after the timeout
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->pause();
$start = microtime(true);
echo thrown(fn () => (new SseStream(['redis' => $redis->dsn('?timeout=0.5'), 'maxLifetime' => 5]))->subscribe('c')->run()), "\n";
echo thrown(fn () => (new SsePublisher($redis->dsn('?timeout=0.5')))->publish('c', 'x')), "\n";
var_dump(microtime(true) - $start < 10);
$redis->resume();
?>
--EXPECTF--
SseException: Redis at 127.0.0.1:%d: connected, but Redis does not answer
SseException: Redis at 127.0.0.1:%d: connected, but Redis does not answer
bool(true)
