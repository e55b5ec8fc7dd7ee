--TEST--
a cursor of an empty Redis is taken before the first event, and misses nothing
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$stream = new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]);
$cursor = $stream->cursor('t');
$publisher = new SsePublisher($redis->dsn());
$publisher->publish('t', 'first');
$stream->follow('t');
$output = new Output;
perform($stream, fn () => $output->has('first'));
echo $stream->run(), ' ', preg_match('/^\d+-\d+$/', $cursor);
?>
--EXPECTF--
id: %d-%d
data: first

stopped 1
