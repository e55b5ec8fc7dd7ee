--TEST--
messages that were mapped before one whose callback throws are sent
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->subscribe('c')
    ->onMessage(fn ($payload) => $payload === 'three' ? throw new LogicException('three') : ['event' => 'fine']);
$stream->every(0.01, fn () => $redis->call('EVAL', "for _, m in ipairs({'one', 'two', 'three', 'four'}) do redis.call('PUBLISH', 'c', m) end", 0));
echo thrown(fn () => $stream->run());
?>
--EXPECT--
event: fine
data: one

event: fine
data: two

LogicException: three
