--TEST--
sse.redis and sse.mode are the defaults of the options
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
var_dump(ini_get('sse.redis'), ini_get('sse.mode'), ini_get('sse.hub'));
ini_set('sse.redis', $redis->dsn('?prefix=ini:'));
(new SsePublisher)->publish('a', 'x');
(new SsePublisher([]))->publish('b', 'x');
echo (new RedisSubscriber)->command('PING'), "\n";
$keys = $redis->call('KEYS', '*:*:*');
sort($keys);
echo implode(' ', $keys), "\n";
echo (new SseStream)->cursor('b') === (new SseStream(['redis' => []]))->cursor('b') ? 'same' : 'other', "\n";
var_dump(ini_set('sse.mode', 'never'), ini_set('sse.mode', 'inline'), ini_get('sse.mode'));
ini_set('sse.redis', 'broken');
echo thrown(fn () => new SsePublisher), "\n", thrown(fn () => new SseStream), "\n", thrown(fn () => new RedisSubscriber), "\n";
echo thrown(fn () => new SseStream(['redis' => $redis->dsn()])), "\n";
?>
--EXPECT--
string(22) "redis://127.0.0.1:6379"
string(4) "auto"
string(0) ""
PONG
ini:sse:a ini:sse:b
same
bool(false)
string(4) "auto"
string(6) "inline"
ValueError: ini setting sse.redis: Redis DSN: it does not begin with redis://, rediss:// or unix://
ValueError: ini setting sse.redis: Redis DSN: it does not begin with redis://, rediss:// or unix://
ValueError: ini setting sse.redis: Redis DSN: it does not begin with redis://, rediss:// or unix://
nothing thrown
