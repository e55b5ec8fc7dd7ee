--TEST--
join() and leave() check what they are given, and say how many hubs heard it
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn('?prefix=app_'));
var_dump($publisher->join('s1', ['follow' => 'a', 'subscribe' => ['b', 'c'], 'psubscribe' => [], 'queue' => 'd', 'broadcast' => 'e', 'user' => '7']));
$listener = $redis->connect();
$listener->call('SUBSCRIBE', 'app_sse-hub');
var_dump($publisher->leave(str_repeat('x', 64), ['follow' => ['a'], 'user' => null]));
foreach (['join', 'leave'] as $method) {
    foreach ([['', ['follow' => 'a']], ['a b', ['follow' => 'a']], [str_repeat('x', 65), ['follow' => 'a']], ['s', []], ['s', ['user' => '7']],
        ['s', ['a']], ['s', ['folow' => 'a']], ['s', ['follow' => 5]], ['s', ['follow' => ['']]], ['s', ['subscribe' => array_fill(0, 1025, 'c')]],
        ['s', ['follow' => 'a', 'user' => 7]], ['s', ['follow' => 'a', 'user' => str_repeat('x', 257)]]] as $arguments) {
        echo str_replace("SsePublisher::$method(): Argument #2 (\$" . ($method === 'join' ? 'subscription' : 'names') . ')', '#2',
            thrown(fn () => $publisher->$method(...$arguments))), "\n";
    }
}
?>
--EXPECT--
int(0)
int(1)
ValueError: SsePublisher::join(): Argument #1 ($stream) must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -
ValueError: SsePublisher::join(): Argument #1 ($stream) must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -
ValueError: SsePublisher::join(): Argument #1 ($stream) must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -
ValueError: #2 must name something to follow, subscribe, psubscribe, queue or broadcast
ValueError: #2 must name something to follow, subscribe, psubscribe, queue or broadcast
ValueError: #2 must be an array with string keys
ValueError: #2 has no key "folow"; it knows follow, subscribe, psubscribe, queue, broadcast, presence and user
TypeError: #2: key "follow" must be of type string|string[], int given
ValueError: #2: key "follow" must hold names of 1 to 1024 bytes
ValueError: #2 must not have more than 1024 names
TypeError: #2: key "user" must be of type ?string, int given
ValueError: #2: key "user" must not be longer than 256 bytes
ValueError: SsePublisher::leave(): Argument #1 ($stream) must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -
ValueError: SsePublisher::leave(): Argument #1 ($stream) must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -
ValueError: SsePublisher::leave(): Argument #1 ($stream) must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -
ValueError: #2 must name something to follow, subscribe, psubscribe, queue or broadcast
ValueError: #2 must name something to follow, subscribe, psubscribe, queue or broadcast
ValueError: #2 must be an array with string keys
ValueError: #2 has no key "folow"; it knows follow, subscribe, psubscribe, queue, broadcast, presence and user
TypeError: #2: key "follow" must be of type string|string[], int given
ValueError: #2: key "follow" must hold names of 1 to 1024 bytes
ValueError: #2 must not have more than 1024 names
TypeError: #2: key "user" must be of type ?string, int given
ValueError: #2: key "user" must not be longer than 256 bytes
