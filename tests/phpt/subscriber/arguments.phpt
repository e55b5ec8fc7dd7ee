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
ValueError: RedisSubscriber::subscribe(): Argument #1 ($names) cannot be empty
ValueError: RedisSubscriber::subscribe(): Argument #1 ($names) cannot be empty
TypeError: RedisSubscriber::subscribe(): Argument #1 ($names) must contain only strings, int given
TypeError: RedisSubscriber::subscribe(): Argument #1 ($names) must contain only strings, null given
TypeError: RedisSubscriber::subscribe(): Argument #1 ($names) must be of type string|array, int given
TypeError: RedisSubscriber::subscribe(): Argument #1 ($names) must be of type string|array, null given
TypeError: RedisSubscriber::subscribe(): Argument #1 ($names) must contain only strings, array given
TypeError: RedisSubscriber::subscribe(): Argument #2 ($callback) must be a valid callback, function "no_such_function" not found or invalid function name
ArgumentCountError: RedisSubscriber::subscribe() expects exactly 2 arguments, 1 given
ValueError: RedisSubscriber::psubscribe(): Argument #1 ($names) cannot be empty
ValueError: RedisSubscriber::psubscribe(): Argument #1 ($names) cannot be empty
TypeError: RedisSubscriber::psubscribe(): Argument #1 ($names) must contain only strings, int given
TypeError: RedisSubscriber::psubscribe(): Argument #1 ($names) must contain only strings, null given
TypeError: RedisSubscriber::psubscribe(): Argument #1 ($names) must be of type string|array, int given
TypeError: RedisSubscriber::psubscribe(): Argument #1 ($names) must be of type string|array, null given
TypeError: RedisSubscriber::psubscribe(): Argument #1 ($names) must contain only strings, array given
TypeError: RedisSubscriber::psubscribe(): Argument #2 ($callback) must be a valid callback, function "no_such_function" not found or invalid function name
ArgumentCountError: RedisSubscriber::psubscribe() expects exactly 2 arguments, 1 given
ValueError: RedisSubscriber::blpop(): Argument #1 ($names) cannot be empty
ValueError: RedisSubscriber::blpop(): Argument #1 ($names) cannot be empty
TypeError: RedisSubscriber::blpop(): Argument #1 ($names) must contain only strings, int given
TypeError: RedisSubscriber::blpop(): Argument #1 ($names) must contain only strings, null given
TypeError: RedisSubscriber::blpop(): Argument #1 ($names) must be of type string|array, int given
TypeError: RedisSubscriber::blpop(): Argument #1 ($names) must be of type string|array, null given
TypeError: RedisSubscriber::blpop(): Argument #1 ($names) must contain only strings, array given
TypeError: RedisSubscriber::blpop(): Argument #2 ($callback) must be a valid callback, function "no_such_function" not found or invalid function name
ArgumentCountError: RedisSubscriber::blpop() expects exactly 2 arguments, 1 given
ValueError: RedisSubscriber::onSignal(): Argument #1 ($signal) must be a signal that can be caught
ValueError: RedisSubscriber::onSignal(): Argument #1 ($signal) must be a signal that can be caught
ValueError: RedisSubscriber::onSignal(): Argument #1 ($signal) must be a signal that can be caught
ValueError: RedisSubscriber::onSignal(): Argument #1 ($signal) must be a signal that can be caught
ValueError: RedisSubscriber::onSignal(): Argument #1 ($signal) must be a signal that can be caught
ValueError: RedisSubscriber::onSignal(): Argument #1 ($signal) must be a signal that can be caught
TypeError: RedisSubscriber::__construct(): Argument #1 ($redis) must be of type string|array, int given
TypeError: RedisSubscriber::__construct(): Argument #1 ($redis) must be of type string|array, null given
TypeError: RedisSubscriber::__construct(): Argument #1 ($redis) must be of type string|array, float given
TypeError: RedisSubscriber::__construct(): Argument #1 ($redis) must be of type string|array, stdClass given
