--TEST--
publishMany(): the first error of Redis, or its end, is an SseException that says how many events were published
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$redis->call('SET', 'sse:wrong', 'text');
echo thrown(fn () => $publisher->publishMany([['t', 1], ['wrong', 2], ['t', 3], ['wrong', 4]])), "\n";
$redis->call('SCRIPT', 'FLUSH');
echo thrown(fn () => $publisher->publishMany([['wrong', 1], ['t', 2]])), "\n";
echo $redis->call('XLEN', 'sse:t'), ' ', count($publisher->publishMany([['t', 4], ['t', 5]])), "\n";
$redis->kill();
echo thrown(fn () => $publisher->publishMany([['t', 6], ['t', 7]])), "\n";
$redis->start();
echo count($publisher->publishMany([['t', 6], ['t', 7]])), "\n";

// Redis ends while it has been asked.
preg_match('/process_id:(\d+)/', $redis->call('INFO', 'server'), $match);
$redis->call('CLIENT', 'PAUSE', 10000, 'WRITE');
$killer = new PhpProcess('usleep(300000); exec("kill -KILL $pid");', ['pid' => $match[1]]);
echo thrown(fn () => $publisher->publishMany(array_fill(0, 600, ['t', 8]))), "\n";
echo $killer->end();
?>
--EXPECTF--
SseException: Redis: WRONGTYPE %s; 2 of 4 events were published
SseException: Redis: WRONGTYPE %s; 1 of 2 events were published
3 2
SseException: Redis at %s: %s; 0 of 2 events were published
2
SseException: Redis was lost while it was asked: %s; 0 of 600 events were published
exit 0
