--TEST--
who is present has a name, and others are told JSON of a bounded size
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$stream = new SseStream(['redis' => 'redis://127.0.0.1:1']);
$deep = 1;
for ($i = 0; $i < 33; $i++) {
    $deep = [$deep];
}
foreach ([['', '1', 1], ['t', '', 1], ['t', str_repeat('u', 257), 1], ['t', '1', str_repeat('x', 4095)], ['t', '1', $deep], ['t', '1', "\xFF"],
    ['t', '1', INF], ['t', [], 1]] as $arguments) {
    echo str_replace('SseStream::presence(): ', '', thrown(fn () => $stream->presence(...$arguments))), "\n";
}
echo get_class($stream->presence('t', str_repeat('u', 256), str_repeat('x', 4094))->presence('t', '1', null)), "\n\n";

$publisher = new SsePublisher('redis://127.0.0.1:1');
$member = ['user' => '1', 'member' => 1];
foreach (['t', [], ['t' => 1], ['t' => []], ['t' => ['user' => '1']], ['t' => ['member' => 1]], ['t' => ['user' => 1, 'member' => 1]],
    ['t' => $member + ['name' => 'x']], ['t' => ['user' => ''] + $member], ['t' => ['user' => str_repeat('u', 257)] + $member], ['' => $member],
    [str_repeat('t', 1025) => $member], ['t' => ['member' => str_repeat('x', 4095)] + $member], ['t' => ['member' => $deep] + $member],
    ['t' => ['member' => "\xFF"] + $member], array_fill(0, 1025, $member)] as $presence) {
    $message = thrown(fn () => $publisher->ticket(['presence' => $presence]));
    echo str_replace('SsePublisher::ticket(): Argument #1 ($subscription)', '#1', $message), "\n";
}
echo thrown(fn () => $publisher->members('')), "\n";
echo thrown(fn () => $publisher->members('t')), "\n\n";

echo thrown(fn () => (new SsePublisher('memory:'))->members('t')), "\n";
echo thrown(fn () => (new SsePublisher('memory:'))->ticket(['presence' => ['t' => $member]])), "\n";
$stream = (new SseStream(['redis' => 'memory:', 'hub' => '/nowhere.sock']))->presence('t', '1', 1);
echo thrown(fn () => $stream->run());
?>
--EXPECT--
ValueError: Argument #1 ($topic) cannot be empty
ValueError: Argument #2 ($user) must have 1 to 256 bytes
ValueError: Argument #2 ($user) must have 1 to 256 bytes
ValueError: Argument #3 ($member) must not be longer than 4096 bytes as JSON
ValueError: Argument #3 ($member) must not be nested deeper than 32 levels
JsonException: Malformed UTF-8 characters, possibly incorrectly encoded
JsonException: Inf and NaN cannot be JSON encoded
TypeError: Argument #2 ($user) must be of type string, array given
SseStream

TypeError: #1: key "presence" must be of type array, string given
ValueError: #1 must name something to follow, subscribe, psubscribe, queue or broadcast
TypeError: #1: key "presence" must hold ['user' => string, 'member' => mixed] for each topic
TypeError: #1: key "presence" must hold ['user' => string, 'member' => mixed] for each topic
TypeError: #1: key "presence" must hold ['user' => string, 'member' => mixed] for each topic
TypeError: #1: key "presence" must hold ['user' => string, 'member' => mixed] for each topic
TypeError: #1: key "presence" must hold ['user' => string, 'member' => mixed] for each topic
TypeError: #1: key "presence" must hold ['user' => string, 'member' => mixed] for each topic
ValueError: #1: key "presence" must hold users of 1 to 256 bytes
ValueError: #1: key "presence" must hold users of 1 to 256 bytes
ValueError: #1: key "presence" must hold names of 1 to 1024 bytes
ValueError: #1: key "presence" must hold names of 1 to 1024 bytes
ValueError: #1: key "presence": a member must not be longer than 4096 bytes as JSON
ValueError: #1: key "presence": a member must not be nested deeper than 32 levels
JsonException: Malformed UTF-8 characters, possibly incorrectly encoded
ValueError: #1: key "presence" must not make it more than 1024 names
ValueError: SsePublisher::members(): Argument #1 ($topic) cannot be empty
SseException: Redis at 127.0.0.1:1: Connection refused

SseException: Presence needs Redis, and the publisher's broker is memory:
SseException: Presence needs Redis, and the publisher's broker is memory:
SseException: presence() needs Redis, and the stream's broker is memory:
