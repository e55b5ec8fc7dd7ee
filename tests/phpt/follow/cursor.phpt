--TEST--
follow() begins right after a cursor() that was taken, whatever the client says
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
foreach (['one', 'two', 'three'] as $data) {
    $ids[$data] = $publisher->publish('t', $data);
}
$publisher->publish('u', 'other topic');
$stream = new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $ids['one'], 'maxLifetime' => 30]);
var_dump($stream->cursor('t') === $ids['three']);
$newest = $publisher->publish('u', 'newest of all');
$later = new SseStream(['redis' => $redis->dsn()]);
var_dump($later->cursor('never published') === $newest);
$publisher->publish('t', 'four');
$stream->follow('t');
$output = new Output;
perform($stream, fn () => $output->has('four'), fn () => $publisher->publish('t', 'five'), fn () => $output->has('five'));
echo $stream->run(), "\n";
echo thrown(fn () => $later->cursor('')), "\n";
?>
--EXPECTF--
bool(true)
bool(true)
id: %d-%d
data: four

id: %d-%d
data: five

stopped
ValueError: SseStream::cursor(): Argument #1 ($topic) cannot be empty
