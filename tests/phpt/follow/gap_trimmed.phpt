--TEST--
event: gap says "trimmed" when MAXLEN removed what the client has not seen
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn('?maxlen=3'));
foreach (range(1, 6) as $number) {
    $ids[$number] = $publisher->publish('t', $number);
}
foreach ([$ids[1], '0-0', $ids[4]] as $id) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $id, 'maxLifetime' => 30]))->follow('t');
    $output = new Output;
    perform($stream, fn () => $output->has('data: 6'));
    echo $stream->run(), "\n";
    ob_end_flush();
}
?>
--EXPECTF--
event: gap
data: {"source":"t","reason":"trimmed"}

id: %d-%d
data: 4

id: %d-%d
data: 5

id: %d-%d
data: 6

stopped
event: gap
data: {"source":"t","reason":"trimmed"}

id: %d-%d
data: 4

id: %d-%d
data: 5

id: %d-%d
data: 6

stopped
id: %d-%d
data: 5

id: %d-%d
data: 6

stopped
