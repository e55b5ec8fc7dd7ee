--TEST--
published events arrive with their ids, after an id of the position where the stream begins
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$publisher->publish('news', 'earlier, for nobody');
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->follow('news');
$output = new Output;
perform($stream,
    fn () => $output->has("id: "),
    fn () => $publisher->publish('news', 'plain'),
    fn () => $publisher->publish('news', ['a' => "x\ny"], 'update'),
    fn () => $publisher->publish('other', 'never'),
    fn () => $publisher->publish('news', "two\nlines\r\n", 'lines'),
    fn () => $publisher->publish('news', ''),
    fn () => $publisher->publish('news', 'end'),
    fn () => $output->has('data: end'));
echo $stream->run();
?>
--EXPECTF--
id: %d-%d

id: %d-%d
data: plain

event: update
id: %d-%d
data: {"a":"x\ny"}

event: lines
id: %d-%d
data: two
data: lines
data:

id: %d-%d
data:

id: %d-%d
data: end

stopped
