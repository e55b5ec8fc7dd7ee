--TEST--
XADD and a bare hint of somebody else's producer are enough
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$publisher->publish('t', 'ours');
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => '0-0', 'maxLifetime' => 30]))->follow('t');
$output = new Output;
perform($stream,
    fn () => $output->has('ours'),
    fn () => $redis->call('XADD', 'sse:t', '*', 'event', 'e', 'data', 'theirs'),
    fn () => $redis->call('PUBLISH', 'sse:t', ''),
    fn () => $output->has('theirs'),
    fn () => $redis->call('XADD', 'sse:t', '*', 'data', "no\nevent", 'more', 'fields'),
    fn () => $redis->call('PUBLISH', 'sse:t', 'look'),
    fn () => $output->has('no'),
    fn () => $publisher->publish('t', 'ours again'),
    fn () => $redis->call('XADD', 'sse:t', '*', 'unknown', 'field'),
    fn () => $redis->call('PUBLISH', 'sse:t', "1-1\nx"),
    fn () => $publisher->publish('t', 'end'),
    fn () => $output->has('end'));
echo $stream->run();
?>
--EXPECTF--
id: %d-%d
data: ours

event: e
id: %d-%d
data: theirs

id: %d-%d
data: no
data: event

id: %d-%d
data: ours again

id: %d-%d
data:

id: %d-%d
data: end

stopped
