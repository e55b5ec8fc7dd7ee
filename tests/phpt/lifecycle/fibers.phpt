--TEST--
a callback may suspend its fiber, and a fiber that is never resumed leaves nothing behind
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
(new SseStream(['maxLifetime' => 0.001, 'heartbeat' => 0]))->run(); // libuv keeps one pipe for the whole process
(new SsePublisher($redis->dsn()))->publish('t', 'libuv opens two descriptors for the whole process with its first loop');
$before = open_descriptors();
$run = function () use ($redis) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->subscribe('c')->queue('q');
    $stream->every(0.01, function ($stream) {
        $value = Fiber::suspend($stream);
        echo "got $value\n";
        $stream->stop();
    });
    try {
        return $stream->run();
    } finally {
        echo "finally\n";
    }
};
$fiber = new Fiber($run);
$stream = $fiber->start();
echo thrown(fn () => $stream->run()), "\n";
$fiber->resume('a value');
echo $fiber->getReturn(), "\n";
unset($fiber, $stream);
$fiber = new Fiber($run);
$fiber->start();
unset($fiber);
gc_collect_cycles();
echo open_descriptors() - $before;
?>
--EXPECT--
SseException: run() is running already; a callback of the stream cannot call it
got a value
finally
stopped
finally
0
