--TEST--
ids go on growing when the clock of Redis was set back, and in a log that is ahead of it
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$redis->call('HSET', 'sse', 'id', '99999999999999-7', 'since', '1-0');
echo $publisher->publish('t', 'a'), "\n", $publisher->publish('u', 'b'), "\n";
$redis->call('XADD', 'sse:t', '99999999999999-500', 'data', 'foreign');
echo $publisher->publish('t', 'c'), "\n", $publisher->publish('u', 'd'), "\n";
?>
--EXPECT--
99999999999999-8
99999999999999-9
99999999999999-501
99999999999999-502
