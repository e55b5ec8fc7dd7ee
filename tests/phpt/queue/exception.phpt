--TEST--
an item whose onMessage() throws goes back to the head of its list
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
foreach (['exception' => fn () => throw new LogicException('not now'), 'error' => fn () => undefined_function(), 'wrong' => fn () => 5] as $name => $callback) {
    $redis->call('DEL', 'jobs');
    $redis->call('RPUSH', 'jobs', 'first', "second\0\n", 'third');
    $stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->queue('empty', 'jobs')
        ->onMessage(fn ($payload) => $payload === 'first' ? ['event' => $name] : $callback());
    echo thrown(fn () => $stream->run()), "\n", json_encode($redis->call('LRANGE', 'jobs', 0, -1)), "\n";
}
?>
--EXPECTF--
event: exception
data: first

LogicException: not now
["second\u0000\n","third"]
event: error
data: first

Error: Call to undefined function undefined_function()
["second\u0000\n","third"]
event: wrong
data: first

TypeError: onMessage: the callback must return an event array, a list of them or null, int returned
["second\u0000\n","third"]
