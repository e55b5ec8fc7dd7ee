--TEST--
an impossible value is a ValueError that names the option
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach (['mode' => ['', 'AUTO', 'hub'], 'heartbeat' => [-1, -0.5, NAN, INF, 0.0001, 1e9, PHP_INT_MAX], 'heartbeatStyle' => ['', 'Event', 'none'],
    'retry' => [-1], 'maxLifetime' => [-1, NAN, INF], 'id' => ['', 'a b', "a\n", str_repeat('x', 65)], 'lastEventId' => ["1\n2", "1\r", "\0"]] as $option => $values) {
    foreach ($values as $value) {
        echo thrown(fn () => new SseStream([$option => $value])), "\n";
    }
}
?>
--EXPECT--
ValueError: SseStream option "mode" must be "auto", "handoff", "redirect" or "inline"
ValueError: SseStream option "mode" must be "auto", "handoff", "redirect" or "inline"
ValueError: SseStream option "mode" must be "auto", "handoff", "redirect" or "inline"
ValueError: SseStream option "heartbeat" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseStream option "heartbeat" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseStream option "heartbeat" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseStream option "heartbeat" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseStream option "heartbeat" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseStream option "heartbeat" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseStream option "heartbeat" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseStream option "heartbeatStyle" must be "event" or "comment"
ValueError: SseStream option "heartbeatStyle" must be "event" or "comment"
ValueError: SseStream option "heartbeatStyle" must be "event" or "comment"
ValueError: SseStream option "retry" must not be negative
ValueError: SseStream option "maxLifetime" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseStream option "maxLifetime" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseStream option "maxLifetime" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseStream option "id" must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -
ValueError: SseStream option "id" must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -
ValueError: SseStream option "id" must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -
ValueError: SseStream option "id" must have 1 to 64 characters of A-Z, a-z, 0-9, _ and -
ValueError: SseStream option "lastEventId" must not contain line breaks or NUL bytes
ValueError: SseStream option "lastEventId" must not contain line breaks or NUL bytes
ValueError: SseStream option "lastEventId" must not contain line breaks or NUL bytes
