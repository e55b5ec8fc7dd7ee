--TEST--
after stop() in one callback no other callback is called
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
foreach (['SseStream', 'RedisSubscriber'] as $class) {
    $target = $class === 'SseStream' ? new SseStream(['redis' => $redis->dsn()]) : new RedisSubscriber($redis->dsn());
    $calls = [];
    $target->every(0.02, function ($target) use (&$calls) {
        $calls[] = 'first';
        usleep(20000);
        $target->stop();
    });
    $target->every(0.02, function () use (&$calls) {
        $calls[] = 'second';
    });
    $target->run();
    echo "$class: ", implode(' ', $calls), "\n";
}
?>
--EXPECT--
SseStream: first
RedisSubscriber: first
