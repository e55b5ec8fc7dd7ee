--TEST--
an unknown option is a ValueError that names it
--FILE--
<?php
require __DIR__ . '/../redis.inc';

echo thrown(fn () => new SseStream(['heartBeat' => 5])), "\n";
echo thrown(fn () => new SseStream(['' => 5])), "\n";
echo thrown(fn () => new SseStream([5])), "\n";
echo thrown(fn () => new SseStream('redis://')), "\n";
echo thrown(fn () => new SseStream(["a\0b" => 5])), "\n";
?>
--EXPECTF--
ValueError: SseStream has no option "heartBeat"; it knows redis, hub, mode, redirect, heartbeat, heartbeatStyle, retry, maxLifetime, user, id and lastEventId
ValueError: SseStream has no option ""; it knows redis, hub, mode, redirect, heartbeat, heartbeatStyle, retry, maxLifetime, user, id and lastEventId
ValueError: SseStream options must be an array with string keys
TypeError: SseStream::__construct(): Argument #1 ($options) must be of type array, string given
ValueError: SseStream has no option "a%S"; it knows redis, hub, mode, redirect, heartbeat, heartbeatStyle, retry, maxLifetime, user, id and lastEventId
