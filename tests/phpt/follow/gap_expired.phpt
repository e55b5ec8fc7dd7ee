--TEST--
event: gap says "expired" when the log is gone after its time to live
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn('?ttl=1'));
$publisher->publish('t', 'first of all');
$id = $publisher->publish('t', 'seen');
$publisher->publish('t', 'missed');
wait_until(fn () => !$redis->call('EXISTS', 'sse:t'), 'the expiry of the log');
usleep(200000);
$stream = (new SseStream(['redis' => $redis->dsn('?ttl=1'), 'lastEventId' => $id, 'maxLifetime' => 30]))->follow('t');
$output = new Output;
perform($stream, fn () => $output->has("id: "), fn () => $publisher->publish('t', 'live'), fn () => $output->has('live'));
echo $stream->run();
?>
--EXPECTF--
event: gap
data: {"source":"t","reason":"expired"}

id: %d-%d

id: %d-%d
data: live

stopped
