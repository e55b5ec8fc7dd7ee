--TEST--
each outage of a worker that only reads lists is logged, and each return
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$log = "$redis->dir/log";
ini_set('error_log', $log);
$subscriber = (new RedisSubscriber($redis->dsn()))->blpop('jobs', fn () => 0);
$lines = fn (string $text) => substr_count((string) @file_get_contents($log), $text);
$kill = fn () => $redis->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
perform($subscriber, $kill, fn () => $lines('is back') === 1, $kill, fn () => $lines('is back') === 2);
$subscriber->run(30);
echo $lines('lost Redis'), ' ', $lines('is back');
?>
--EXPECT--
2 2
