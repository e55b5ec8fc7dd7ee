--TEST--
an IPv6 address stands in brackets
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer(['bind' => '::1 127.0.0.1']);
echo (new RedisSubscriber("redis://[::1]:$redis->port"))->command('PING'), "\n";
echo (new RedisSubscriber(['host' => '::1', 'port' => $redis->port]))->command('PING'), "\n";
echo thrown(fn () => (new RedisSubscriber('redis://[::1]:1'))->command('PING')), "\n";
?>
--EXPECT--
PONG
PONG
SseException: Redis at [::1]:1: Connection refused
