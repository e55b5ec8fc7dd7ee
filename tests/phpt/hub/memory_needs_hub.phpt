--TEST--
"memory:" is for streams that the hub carries, not for the worker's own connections
--FILE--
<?php
require __DIR__ . '/../redis.inc';

echo thrown(fn () => new RedisSubscriber('memory:')), "\n";
echo thrown(fn () => new RedisSubscriber('memory:?prefix=a')), "\n";
$stream = new SseStream(['redis' => 'memory:']);
echo thrown(fn () => $stream->subscribe('c')->run()), "\n";
$stream = new SseStream(['redis' => 'memory:', 'mode' => 'inline', 'hub' => '/run/hub.sock']);
echo thrown(fn () => $stream->follow('t')->every(1, fn () => 0)->run()), "\n";
// Who asks for nothing that a broker would bring misses none.
$stream = new SseStream(['redis' => 'memory:']);
echo $stream->every(0.01, fn ($stream) => $stream->stop())->run(), "\n";
$stream = (new SseStream(['redis' => 'memory:']))->event('x');
$stream->stop();
echo $stream->run();
?>
--EXPECT--
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): memory: is the broker inside the hub, which speaks with SseStream and SsePublisher only; a Redis is needed here
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): memory: is the broker inside the hub, which speaks with SseStream and SsePublisher only; a Redis is needed here
SseException: memory: works through the hub only, and this stream is served inline: give it a Redis, or a hub (option hub or ini sse.hub) and no callbacks
SseException: memory: works through the hub only, and this stream is served inline: give it a Redis, or a hub (option hub or ini sse.hub) and no callbacks
stopped
data: x

stopped
