--TEST--
one stream runs inside a callback of another
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$outer = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->subscribe('outer');
$outer->onMessage(function ($payload) use ($redis, $outer) {
    $inner = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->subscribe('inner')->onMessage(function () use (&$inner) {
        $inner->stop();
        return ['event' => 'inner'];
    });
    $inner->every(0.01, fn () => $redis->call('PUBLISH', 'inner', 'i'));
    $reason = $inner->run();
    if ($payload === '2') {
        $outer->stop();
    }
    return ['event' => "outer, inner $reason"];
});
$sent = 0;
$outer->every(0.01, function () use ($redis, &$sent) {
    $sent++ < 2 && $redis->call('PUBLISH', 'outer', $sent);
});
echo $outer->run();
?>
--EXPECT--
event: inner
data: i

event: outer, inner stopped
data: 1

event: inner
data: i

event: outer, inner stopped
data: 2

stopped
