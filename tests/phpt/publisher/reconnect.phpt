--TEST--
a publisher whose connection Redis has closed connects again
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$publisher->publish('t', 'one');
$redis->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
$publisher->publish('t', 'two');
$redis->kill();
echo thrown(fn () => $publisher->publish('t', 'never')), "\n";
$redis->start();
echo preg_match('/^\d+-\d+$/', $publisher->publish('t', 'three')), "\n";
$redis->call('CONFIG', 'SET', 'timeout', 1);
usleep(10000);
echo preg_match('/^\d+-\d+$/', $publisher->publish('t', 'four')), "\n";
?>
--EXPECTF--
SseException: Redis at 127.0.0.1:%d: Connection refused
1
1
