--TEST--
subscriptions stand again after their connection was closed, and after Redis was killed and restarted
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$seen = [];
$subscriber = new RedisSubscriber($redis->dsn());
$subscriber->subscribe('c', function ($payload) use (&$seen) { $seen[] = $payload; })
    ->psubscribe('p*', function ($payload) use (&$seen) { $seen[] = $payload; })
    ->blpop('jobs', function ($payload) use (&$seen) { $seen[] = $payload; });
perform($subscriber,
    fn () => $redis->call('PUBLISH', 'c', 'one'),
    fn () => $redis->call('CLIENT', 'KILL', 'TYPE', 'pubsub'),
    fn () => $redis->call('PUBLISH', 'pc', 'two') > 0,
    // Redis answers a PUBLISH before it has written to the subscribers: killed right then, it takes the message along.
    function () use (&$seen) { return in_array('two', $seen); },
    fn () => $redis->kill(),
    fn () => $redis->start(),
    fn () => $redis->call('PUBLISH', 'c', 'three') > 0,
    fn () => $redis->call('RPUSH', 'jobs', 'four'),
    function () use (&$seen) { return in_array('four', $seen); });
$subscriber->run(60);
echo implode(' ', $seen);
?>
--EXPECT--
one two three four
