--TEST--
events that onMessage() drops during a replay still move the client's position
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$first = $publisher->publish('t', 'one');
$publisher->publish('t', 'two');
$last = $publisher->publish('t', 'three');
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $first, 'maxLifetime' => 10]))->follow('t')->onMessage(fn () => null);
$output = new Output(false);
perform($stream, fn () => $output->has("id: $last"));
$reason = $stream->run();
ob_end_clean();
echo $reason, ' ', $output->has("id: $last") ? 'moved' : 'stayed';
?>
--EXPECT--
stopped moved
