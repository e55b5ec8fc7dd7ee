--TEST--
an exception of a callback leaves run(), an item goes back, and the subscriber can run again
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'jobs', 'a', 'b', 'c');
$subscriber = new RedisSubscriber($redis->dsn());
$fail = true;
$seen = [];
$subscriber->blpop('jobs', function ($payload) use (&$fail, &$seen, $subscriber) {
    try {
        if ($payload === 'b' && $fail) {
            throw new LogicException("not $payload");
        }
        $seen[] = $payload;
        $payload === 'c' && $subscriber->stop();
    } finally {
        $seen[] = 'finally';
    }
});
echo thrown(fn () => $subscriber->run(30)), "\n";
echo implode(' ', $redis->call('LRANGE', 'jobs', 0, -1)), "\n";
$fail = false;
$subscriber->run(30);
echo implode(' ', $seen), ' ', $redis->call('LLEN', 'jobs'), "\n";
$subscriber = new RedisSubscriber($redis->dsn());
$subscriber->every(0.01, fn () => throw new DomainException('timer'));
echo thrown(fn () => $subscriber->run(30)), "\n";
$subscriber = new RedisSubscriber($redis->dsn());
$subscriber->subscribe('c', fn () => throw new DomainException('message'))->every(0.01, fn () => $redis->call('PUBLISH', 'c', 'x'));
echo thrown(fn () => $subscriber->run(30)), "\n";
?>
--EXPECT--
LogicException: not b
b c
a finally finally b finally c finally 0
DomainException: timer
DomainException: message
