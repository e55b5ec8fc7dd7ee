--TEST--
in Laravel's array the url wins over the members beside it, and those that it does not name stay
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer(['requirepass' => 'secret']);
$beside = ['host' => 'nowhere.invalid', 'port' => 1, 'password' => 'secret', 'database' => '1', 'options' => ['prefix' => 'app_']];
(new SsePublisher(['url' => "redis://127.0.0.1:$redis->port"] + $beside))->publish('a', 'x');
(new SsePublisher(['url' => "tcp://:secret@127.0.0.1:$redis->port/2", 'password' => 'wrong'] + $beside))->publish('b', 'x');
(new SsePublisher(['url' => "redis://127.0.0.1:$redis->port/2?prefix=url_"] + $beside))->publish('c', 'x');
foreach ([1, 2] as $database) {
    $redis->call('SELECT', $database);
    $keys = $redis->call('KEYS', '*:*');
    sort($keys);
    echo implode(' ', $keys), "\n";
}
?>
--EXPECT--
app_sse:a
app_sse:b url_sse:c
