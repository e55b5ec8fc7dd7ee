--TEST--
maxlen bounds the log and ttl its life, renewed by every event
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn('?maxlen=5&ttl=100'));
foreach (range(1, 50) as $number) {
    $publisher->publish('t', $number);
}
var_dump($redis->call('XLEN', 'sse:t'), $redis->call('XRANGE', 'sse:t', '-', '+', 'COUNT', 1)[0][1][3], $redis->call('TTL', 'sse:t') > 90);
$redis->call('EXPIRE', 'sse:t', 10);
$publisher->publish('t', 'again');
var_dump($redis->call('TTL', 'sse:t') > 90, $redis->call('TTL', 'sse'));
?>
--EXPECT--
int(5)
string(2) "46"
bool(true)
bool(true)
int(-1)
