--TEST--
a closure that captures its stream is collected, before run(), after it and without it
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
foreach (['SseStream', 'RedisSubscriber'] as $class) {
    foreach ([false, true] as $run) {
        $target = $class === 'SseStream' ? new SseStream(['redis' => $redis->dsn()]) : new RedisSubscriber($redis->dsn());
        $target->every(0.001, function () use ($target) {
            $target->stop();
        });
        if ($class === 'SseStream') {
            $target->onMessage(fn () => [$target]);
        } else {
            $target->subscribe('c', fn () => [$target])->blpop('l', [new ArrayObject([$target]), 'count'])->onSignal(10, fn () => $target);
        }
        $target->subscribe(...$class === 'SseStream' ? ['c'] : ['d', fn () => [$target]]);
        $run && $target->run();
        $reference = WeakReference::create($target);
        unset($target);
        gc_collect_cycles();
        echo $class, ' ', $run ? 'after run() ' : 'declared ', $reference->get() === null ? 'collected' : 'leaked', "\n";
    }
}
?>
--EXPECT--
SseStream declared collected
SseStream after run() collected
RedisSubscriber declared collected
RedisSubscriber after run() collected
