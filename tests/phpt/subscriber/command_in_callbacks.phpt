--TEST--
command() works in every callback, and reconnects when its connection was closed
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'jobs', 'job');
$subscriber = new RedisSubscriber($redis->dsn());
$subscriber->subscribe('c', fn ($payload) => $subscriber->command('RPUSH', 'log', $payload))
    ->blpop('jobs', fn ($payload) => $subscriber->command('RPUSH', 'log', $payload));
perform($subscriber,
    fn () => $redis->call('LLEN', 'log') === 1,
    fn ($subscriber) => $subscriber->command('RPUSH', 'log', 'timer'),
    fn () => $redis->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'),
    fn () => $redis->call('PUBLISH', 'c', 'message'),
    fn () => $redis->call('LLEN', 'log') === 3);
$subscriber->run(30);
echo implode(' ', $redis->call('LRANGE', 'log', 0, -1));
?>
--EXPECT--
job timer message
