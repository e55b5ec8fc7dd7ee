--TEST--
run() in its own callback and declaring in callbacks are SseExceptions
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$subscriber = new RedisSubscriber;
$subscriber->every(0.01, function ($subscriber) {
    echo thrown(fn () => $subscriber->run()), "\n";
    foreach (['subscribe', 'psubscribe', 'blpop'] as $method) {
        echo thrown(fn () => $subscriber->$method('a', fn () => 0)), "\n";
    }
    echo thrown(fn () => $subscriber->every(1, fn () => 0)), "\n";
    echo thrown(fn () => $subscriber->onSignal(10, fn () => 0)), "\n";
    $subscriber->stop();
});
$subscriber->run();
echo thrown(fn () => $subscriber->every(1, fn () => 0)), "\n";
?>
--EXPECT--
SseException: run() is running already; a callback of the subscriber cannot call it
SseException: Subscriptions, timers and signals are declared before run(), not in its callbacks
SseException: Subscriptions, timers and signals are declared before run(), not in its callbacks
SseException: Subscriptions, timers and signals are declared before run(), not in its callbacks
SseException: Subscriptions, timers and signals are declared before run(), not in its callbacks
SseException: Subscriptions, timers and signals are declared before run(), not in its callbacks
nothing thrown
