--TEST--
a subscriber with timers alone needs no Redis
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$subscriber = new RedisSubscriber('redis://127.0.0.1:1');
$subscriber->every(0.02, function ($subscriber) {
    echo "tick\n";
    $subscriber->stop();
});
$subscriber->run();
$subscriber->run();
?>
--EXPECT--
tick
tick
