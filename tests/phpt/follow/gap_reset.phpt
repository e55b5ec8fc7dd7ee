--TEST--
event: gap says "reset" when Redis was emptied, or knows nothing of so new an id
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$id = $publisher->publish('t', 'before');
usleep(2000);
$redis->call('FLUSHALL');
$publisher->publish('t', 'after');
foreach ([$id, '99999999999999-0', '18446744073709551615-18446744073709551615'] as $id) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $id, 'maxLifetime' => 30]))->follow('t');
    $output = new Output;
    perform($stream, fn () => $output->has("id: "), fn () => $publisher->publish('t', 'live'), fn () => $output->has('live'));
    echo $stream->run(), "\n";
    ob_end_flush();
}
?>
--EXPECTF--
event: gap
data: {"source":"t","reason":"reset"}

id: %d-%d
data: after

id: %d-%d
data: live

stopped
event: gap
data: {"source":"t","reason":"reset"}

id: %d-%d

id: %d-%d
data: live

stopped
event: gap
data: {"source":"t","reason":"reset"}

id: %d-%d

id: %d-%d
data: live

stopped
