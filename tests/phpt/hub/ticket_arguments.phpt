--TEST--
what ticket() cannot take is an error that names the key
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$publisher = new SsePublisher('redis://127.0.0.1:1');
$many = array_fill(0, 1025, 'c');
foreach ([[], ['user' => '7'], ['folow' => 'a'], ['a'], ['follow' => 5], ['follow' => null], ['follow' => ''], ['subscribe' => ['a', 5]],
    ['queue' => [['a']]], ['follow' => [str_repeat('x', 1025)]], ['follow' => $many], ['follow' => 'a', 'user' => 7],
    ['follow' => 'a', 'user' => str_repeat('x', 257)], ['follow' => 'a', 'id' => 7], ['follow' => 'a', 'id' => 'a b'], ['follow' => 'a', 'heartbeat' => '5'], ['follow' => 'a', 'heartbeat' => -1],
    ['follow' => 'a', 'heartbeatStyle' => 'none'], ['follow' => 'a', 'retry' => -1], ['follow' => 'a', 'maxLifetime' => []],
    ['follow' => 'a', 'lastEventId' => "1\n"], ['follow' => 'a', 'lastEventId' => str_repeat('1', 513)], ['history' => 'a']] as $subscription) {
    echo str_replace('SsePublisher::ticket(): Argument #1 ($subscription)', '#1', thrown(fn () => $publisher->ticket($subscription))), "\n";
}
foreach ([0, -1, 3601] as $ttl) {
    echo thrown(fn () => $publisher->ticket(['follow' => 'a'], $ttl)), "\n";
}
echo thrown(fn () => $publisher->ticket(['follow' => 'a'])), "\n";
$redis = new RedisServer(['requirepass' => 'x']);
echo thrown(fn () => (new SsePublisher("redis://{$redis->address()}"))->ticket(['follow' => 'a'])), "\n";
?>
--EXPECTF--
ValueError: #1 must name something to follow, subscribe, psubscribe, queue or broadcast
ValueError: #1 must name something to follow, subscribe, psubscribe, queue or broadcast
ValueError: #1 has no key "folow"; it knows follow, subscribe, psubscribe, queue, broadcast, presence, user, id, heartbeat, heartbeatStyle, retry, maxLifetime and lastEventId
ValueError: #1 must be an array with string keys
TypeError: #1: key "follow" must be of type string|string[], int given
TypeError: #1: key "follow" must be of type string|string[], null given
ValueError: #1: key "follow" must hold names of 1 to 1024 bytes
TypeError: #1: key "subscribe" must be of type string|string[], int given
TypeError: #1: key "queue" must be of type string|string[], array given
ValueError: #1: key "follow" must hold names of 1 to 1024 bytes
ValueError: #1 must not have more than 1024 names
TypeError: #1: key "user" must be of type ?string, int given
ValueError: #1: key "user" must not be longer than 256 bytes
TypeError: #1: key "id" must be of type ?string, int given
ValueError: #1: key "id" must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -
TypeError: #1: key "heartbeat" must be of type int|float, string given
ValueError: #1: key "heartbeat" must be 0 or from 0.001 to 31622400 seconds
ValueError: #1: key "heartbeatStyle" must be "event" or "comment"
ValueError: #1: key "retry" must not be negative
TypeError: #1: key "maxLifetime" must be of type int|float, array given
ValueError: #1: key "lastEventId" must not contain line breaks or NUL bytes
ValueError: #1: key "lastEventId" must not be longer than 512 bytes
ValueError: #1 has no key "history"; it knows follow, subscribe, psubscribe, queue, broadcast, presence, user, id, heartbeat, heartbeatStyle, retry, maxLifetime and lastEventId
ValueError: SsePublisher::ticket(): Argument #2 ($ttl) must be between 1 and 3600
ValueError: SsePublisher::ticket(): Argument #2 ($ttl) must be between 1 and 3600
ValueError: SsePublisher::ticket(): Argument #2 ($ttl) must be between 1 and 3600
SseException: No ticket could be stored: Redis at 127.0.0.1:1: Connection refused
SseException: No ticket could be stored: %sNOAUTH%s
