--TEST--
a child that is forked in the callback of blpop() and exits takes nothing from its parent
--EXTENSIONS--
pcntl
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'jobs', ...range(1, 10));
$subscriber = new RedisSubscriber($redis->dsn());
$seen = [];
$subscriber->blpop('jobs', function ($payload) use (&$seen) {
    $seen[] = $payload;
    $child = pcntl_fork();
    if ($child === 0) {
        exit(0);
    }
    pcntl_waitpid($child, $status);
});
perform($subscriber, function () use (&$seen) { return count($seen) >= 10; });
$subscriber->run(30);
echo implode(' ', $seen), ' ', $redis->call('LLEN', 'jobs');
?>
--EXPECT--
1 2 3 4 5 6 7 8 9 10 0
