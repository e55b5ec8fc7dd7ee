--TEST--
two callbacks of one channel are both called, and a list's item goes to the first
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'jobs', 'item');
$seen = [];
$subscriber = new RedisSubscriber($redis->dsn());
foreach (['first', 'second'] as $which) {
    $callback = function () use (&$seen, $which) {
        $seen[] = $which;
    };
    $subscriber->subscribe('c', $callback)->psubscribe('c', $callback)->blpop('jobs', $callback);
}
perform($subscriber, function () use (&$seen) { return count($seen) === 1; }, fn () => $redis->call('PUBLISH', 'c', 'x'),
    function () use (&$seen) { return count($seen) >= 5; });
$subscriber->run(30);
echo implode(' ', $seen);
?>
--EXPECT--
first first second first second
