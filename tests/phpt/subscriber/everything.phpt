--TEST--
channels, patterns, lists and timers in one loop, each with its callback
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$seen = [];
$note = function (string $kind) use (&$seen) {
    return function (string $payload, string $name) use (&$seen, $kind) {
        $seen[] = "$kind $name=$payload";
    };
};
$subscriber = new RedisSubscriber($redis->dsn('?prefix=p:'));
$subscriber->subscribe('a', $note('a'))->subscribe(['b', 'c'], $note('bc'))->psubscribe('b*', $note('pattern'))
    ->blpop('jobs', $note('job'))->blpop(['urgent', 'other'], $note('jobs'));
$ticks = 0;
$subscriber->every(0.01, function (...$arguments) use (&$ticks, $subscriber) {
    $ticks += $arguments === [$subscriber];
});
perform($subscriber,
    fn () => $redis->call('PUBLISH', 'p:a', 1), function () use (&$seen) { return count($seen) >= 1; },
    fn () => $redis->call('PUBLISH', 'p:b', 2), function () use (&$seen) { return count($seen) >= 3; },
    fn () => $redis->call('PUBLISH', 'p:c', "\0\n"), function () use (&$seen) { return count($seen) >= 4; },
    fn () => $redis->call('RPUSH', 'p:jobs', 3), function () use (&$seen) { return count($seen) >= 5; },
    fn () => $redis->call('RPUSH', 'p:other', ''), function () use (&$seen) { return count($seen) >= 6; },
    fn () => $redis->call('PUBLISH', 'a', 'without the prefix'),
    function () use (&$ticks) { return $ticks > 3; });
$subscriber->run(30);
echo json_encode($seen, JSON_PRETTY_PRINT), $ticks > 3;
?>
--EXPECT--
[
    "a a=1",
    "bc b=2",
    "pattern b=2",
    "bc c=\u0000\n",
    "job jobs=3",
    "jobs other="
]1
