--TEST--
onMessage() gets the topic as source; what it does not give stays as it was published
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn('?prefix=p:'));
$publisher->publish('a', 'one', 'named');
$publisher->publish('b', ['n' => 2]);
$publisher->publish('a', 'dropped');
$publisher->publish('a', 'end');
$stream = (new SseStream(['redis' => $redis->dsn('?prefix=p:'), 'lastEventId' => '0-0', 'maxLifetime' => 30]))->follow('a', 'b');
$stream->onMessage(function (string $payload, string $source) {
    return match ($payload) {
        'one' => ['data' => "$source $payload"],
        'dropped' => null,
        'end' => [['event' => 'first'], ['data' => 'second', 'id' => 'own'], ['event' => 'last']],
        default => ['event' => $source],
    };
});
$output = new Output;
perform($stream, fn () => $output->has('last'));
echo $stream->run();
?>
--EXPECTF--
event: named
id: %d-%d
data: a one

event: b
id: %d-%d
data: {"n":2}

event: first
data: end

id: own
data: second

event: last
id: %d-%d
data: end

stopped
