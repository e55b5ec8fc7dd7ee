--TEST--
what is wrong in publishMany()'s list is said with its index, and nothing is published
--FILE--
<?php
require __DIR__ . '/../redis.inc';

final class Vanishing implements JsonSerializable
{
    public function __construct(private array &$event)
    {
    }

    public function jsonSerialize(): mixed
    {
        $this->event = [];
        return 'seen';
    }
}

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$good = ['t', 'x'];
foreach ([
    [$good, 'text'], [$good, $good, []], [['t']], [$good, ['t', 'x', null, 'more']], [['topic' => 't', 'data' => 'x']],
    [[7, 'x']], [$good, ['', 'x']], [['t', 'x', 7]], [$good, ['t', 'x', "a\nb"]], [$good, ['t', NAN]],
] as $events) {
    echo thrown(fn () => $publisher->publishMany($events)), "\n";
}
echo thrown(fn () => $publisher->publishMany('text')), "\n";
var_dump($redis->call('EXISTS', 'sse:t'));
$event = [str_repeat('t', 3), null, str_repeat('e', 3)];
$event[1] = new Vanishing($event);
$publisher->publishMany([&$event]);
echo json_encode([$event, $redis->call('XRANGE', 'sse:ttt', '-', '+')[0][1]]);
?>
--EXPECT--
TypeError: SsePublisher::publishMany(): Argument #1 ($events) index 1: the event must be of type array, string given
ValueError: SsePublisher::publishMany(): Argument #1 ($events) index 2: the event must be a list of topic, data and, if it has one, event name
ValueError: SsePublisher::publishMany(): Argument #1 ($events) index 0: the event must be a list of topic, data and, if it has one, event name
ValueError: SsePublisher::publishMany(): Argument #1 ($events) index 1: the event must be a list of topic, data and, if it has one, event name
ValueError: SsePublisher::publishMany(): Argument #1 ($events) index 0: the event must be a list of topic, data and, if it has one, event name
TypeError: SsePublisher::publishMany(): Argument #1 ($events) index 0: topic must be of type string, int given
ValueError: SsePublisher::publishMany(): Argument #1 ($events) index 1: topic cannot be empty
TypeError: SsePublisher::publishMany(): Argument #1 ($events) index 0: event must be of type ?string, int given
ValueError: SsePublisher::publishMany(): Argument #1 ($events) index 1: event must not contain line breaks or NUL bytes
JsonException: Inf and NaN cannot be JSON encoded
TypeError: SsePublisher::publishMany(): Argument #1 ($events) must be of type array, string given
int(0)
[[],["event","eee","data","\"seen\""]]
