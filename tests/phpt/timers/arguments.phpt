--TEST--
an interval is a number from a millisecond to a year, a callback is callable
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach ([new SseStream, new RedisSubscriber] as $object) {
    foreach ([0, -1, NAN, INF, 0.0001, 1e9, 'soon'] as $seconds) {
        echo thrown(fn () => $object->every($seconds, fn () => 0)), "\n";
    }
    echo thrown(fn () => $object->every(1, 'no_such_function')), "\n";
    echo thrown(fn () => $object->every(1)), "\n";
}
echo thrown(fn () => (new SseStream)->onMessage('no_such_function')), "\n";
echo thrown(fn () => (new SseStream)->onMessage(null)), "\n";
?>
--EXPECT--
ValueError: SseStream::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
ValueError: SseStream::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
ValueError: SseStream::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
ValueError: SseStream::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
ValueError: SseStream::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
ValueError: SseStream::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
TypeError: SseStream::every(): Argument #1 ($seconds) must be of type float, string given
TypeError: SseStream::every(): Argument #2 ($callback) must be a valid callback, function "no_such_function" not found or invalid function name
ArgumentCountError: SseStream::every() expects exactly 2 arguments, 1 given
ValueError: RedisSubscriber::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
ValueError: RedisSubscriber::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
ValueError: RedisSubscriber::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
ValueError: RedisSubscriber::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
ValueError: RedisSubscriber::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
ValueError: RedisSubscriber::every(): Argument #1 ($seconds) must be from 0.001 to 31622400 seconds
TypeError: RedisSubscriber::every(): Argument #1 ($seconds) must be of type float, string given
TypeError: RedisSubscriber::every(): Argument #2 ($callback) must be a valid callback, function "no_such_function" not found or invalid function name
ArgumentCountError: RedisSubscriber::every() expects exactly 2 arguments, 1 given
TypeError: SseStream::onMessage(): Argument #1 ($map) must be a valid callback, function "no_such_function" not found or invalid function name
TypeError: SseStream::onMessage(): Argument #1 ($map) must be a valid callback, no array or string given
