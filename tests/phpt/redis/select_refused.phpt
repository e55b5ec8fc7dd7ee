--TEST--
a user who may not SELECT gets an SseException, not database 0
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('ACL', 'SETUSER', 'u', 'on', '>p', '~*', '&*', '+@all', '-select');
$dsn = preg_replace('#^([a-z+]+://)#', '$1u:p@', $redis->dsn('?db=2'));
echo thrown(fn () => (new SsePublisher($dsn))->publish('t', 'x')), "\n";
echo count($redis->call('KEYS', '*'));
?>
--EXPECTF--
SseException: Redis at %s: NOPERM %s
0
