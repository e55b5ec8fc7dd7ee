--TEST--
names are strings, one or several, and callbacks are callable
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$subscriber = new RedisSubscriber;
foreach (['subscribe', 'psubscribe', 'blpop'] as $method) {
    foreach (['', ['a', ''], [5], ['a', null], 5, null, [['a']]] as $names) {
        echo thrown(fn () => $subscriber->$method($names, fn () => 0)), "\n";
    }
    echo thrown(fn () => $subscriber->$method('a', 'no_such_function')), "\n";
    echo thrown(fn () => $subscriber->$method('a')), "\n";
}
foreach ([0, -1, 9, 19, 65, 1000] as $signal) {
    echo thrown(fn () => $subscriber->onSignal($signal, fn () => 0)), "\n";
}
foreach ([5, null, 1.5, new stdClass] as $redis) {
    echo thrown(fn () => new RedisSubscriber($redis)), "\n";
}
?>
--EXPECT--
x
