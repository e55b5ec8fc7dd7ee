--TEST--
disconnect() tells all hubs of this Redis and prefix, and says how many heard it
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn('/0?prefix=app:'));
var_dump($publisher->disconnect('u1'));
$hub = $redis->connect();
$hub->call('SUBSCRIBE', 'app:sse:@hub');
$other = $redis->connect();
$other->call('SUBSCRIBE', 'sse:@hub');
var_dump($publisher->disconnect('user 7'), $redis->call('KEYS', '*'));
[, , $message] = $hub->receive();
echo bin2hex(substr($message, 0, 8)), ' ', json_encode(unpack('ntag/nzero/Nlength/a*user', $message, 8)), "\n";
echo thrown(fn () => $publisher->disconnect('')), "\n", thrown(fn () => $publisher->disconnect(str_repeat('x', 257))), "\n";
$redis->kill();
echo preg_replace('/:\d+/', '', thrown(fn () => $publisher->disconnect('u1')));
?>
--EXPECTF--
int(0)
int(1)
array(0) {
}
5353450100060000 {"tag":14,"zero":0,"length":6,"user":"user 7"}
ValueError: SsePublisher::disconnect(): Argument #1 ($user) must have 1 to 256 bytes
ValueError: SsePublisher::disconnect(): Argument #1 ($user) must have 1 to 256 bytes
SseException: Redis at 127.0.0.1: Connection refused
