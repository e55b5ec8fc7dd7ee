--TEST--
a topic that is named twice is followed once
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$publisher->publish('t', 'one');
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => '0-0', 'maxLifetime' => 30]))->follow('t', 't')->follow('t');
$output = new Output;
perform($stream, fn () => $output->has('one'), fn () => $publisher->publish('t', 'two'), fn () => $output->has('two'));
echo $stream->run();
?>
--EXPECTF--
id: %d-%d
data: one

id: %d-%d
data: two

stopped
