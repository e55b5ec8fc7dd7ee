--TEST--
WRONGTYPE, out of memory, a read-only replica and a missing permission are SseExceptions, and nothing is stored
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$redis->call('SET', 'sse:t', 'text');
echo thrown(fn () => $publisher->publish('t', 'x')), "\n";
$redis->call('FLUSHALL');
$redis->call('SET', 'sse', 'text');
echo thrown(fn () => $publisher->publish('t', 'x')), "\n";
$redis->call('FLUSHALL');
$redis->call('CONFIG', 'SET', 'maxmemory', 1);
echo thrown(fn () => $publisher->publish('t', 'x')), "\n";
$redis->call('CONFIG', 'SET', 'maxmemory', 0);
$redis->call('REPLICAOF', '127.0.0.1', 1);
echo thrown(fn () => $publisher->publish('t', 'x')), "\n";
$redis->call('REPLICAOF', 'NO', 'ONE');
$redis->call('ACL', 'SETUSER', 'reader', 'on', '>p', '~*', '&*', '+@read', '+@connection');
echo thrown(fn () => (new SsePublisher("redis://reader:p@{$redis->address()}"))->publish('t', 'x')), "\n";
$redis->call('ACL', 'SETUSER', 'elsewhere', 'on', '>p', '~other*', '&*', '+@all');
echo thrown(fn () => (new SsePublisher("redis://elsewhere:p@{$redis->address()}"))->publish('t', 'x')), "\n";
var_dump($redis->call('EXISTS', 'sse:t'));
echo preg_match('/^\d+-\d+$/', $publisher->publish('t', 'fine again'));
?>
--EXPECTF--
SseException: Redis: WRONGTYPE %s
SseException: Redis: WRONGTYPE %s
SseException: Redis: OOM %s
SseException: Redis: %s
SseException: Redis: NOPERM %s
SseException: Redis: NOPERM %s
int(0)
1
