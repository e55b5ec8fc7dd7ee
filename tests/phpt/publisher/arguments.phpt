--TEST--
an empty topic and an event name with line breaks or NUL are ValueErrors
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
echo thrown(fn () => $publisher->publish('', 'x')), "\n";
foreach (["a\nb", "a\r", "\0"] as $event) {
    echo thrown(fn () => $publisher->publish('t', 'x', $event)), "\n";
}
echo thrown(fn () => $publisher->publish('t')), "\n";
echo thrown(fn () => $publisher->publish([], 'x')), "\n";
echo thrown(fn () => $publisher->publish("odd\n\0\xFF", 'x', '')), "\n";
echo json_encode(array_map(bin2hex(...), $redis->call('KEYS', 'sse:*')));
?>
--EXPECT--
ValueError: SsePublisher::publish(): Argument #1 ($topic) cannot be empty
ValueError: SsePublisher::publish(): Argument #3 ($event) must not contain line breaks or NUL bytes
ValueError: SsePublisher::publish(): Argument #3 ($event) must not contain line breaks or NUL bytes
ValueError: SsePublisher::publish(): Argument #3 ($event) must not contain line breaks or NUL bytes
ArgumentCountError: SsePublisher::publish() expects at least 2 arguments, 1 given
TypeError: SsePublisher::publish(): Argument #1 ($topic) must be of type string, array given
nothing thrown
["7373653a6f64640a00ff"]
