--TEST--
an option of the wrong type is a TypeError that names option and type
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach (['redis' => [5, null, 1.5, true, new stdClass], 'hub' => [5, [], false], 'mode' => [5, null, []], 'heartbeat' => ['25', null, true, []],
    'heartbeatStyle' => [1, null, []], 'retry' => ['3000', 1.5, true, []], 'maxLifetime' => ['60', null, []], 'user' => [7, [], new stdClass],
    'id' => [7], 'lastEventId' => [7, 1.5, []]] as $option => $values) {
    foreach ($values as $value) {
        echo thrown(fn () => new SseStream([$option => $value])), "\n";
    }
}
?>
--EXPECT--
TypeError: SseStream option "redis" must be of type string|array, int given
TypeError: SseStream option "redis" must be of type string|array, null given
TypeError: SseStream option "redis" must be of type string|array, float given
TypeError: SseStream option "redis" must be of type string|array, bool given
TypeError: SseStream option "redis" must be of type string|array, stdClass given
TypeError: SseStream option "hub" must be of type ?string, int given
TypeError: SseStream option "hub" must be of type ?string, array given
TypeError: SseStream option "hub" must be of type ?string, bool given
TypeError: SseStream option "mode" must be of type string, int given
TypeError: SseStream option "mode" must be of type string, null given
TypeError: SseStream option "mode" must be of type string, array given
TypeError: SseStream option "heartbeat" must be of type int|float, string given
TypeError: SseStream option "heartbeat" must be of type int|float, null given
TypeError: SseStream option "heartbeat" must be of type int|float, bool given
TypeError: SseStream option "heartbeat" must be of type int|float, array given
TypeError: SseStream option "heartbeatStyle" must be of type string, int given
TypeError: SseStream option "heartbeatStyle" must be of type string, null given
TypeError: SseStream option "heartbeatStyle" must be of type string, array given
TypeError: SseStream option "retry" must be of type ?int, string given
TypeError: SseStream option "retry" must be of type ?int, float given
TypeError: SseStream option "retry" must be of type ?int, bool given
TypeError: SseStream option "retry" must be of type ?int, array given
TypeError: SseStream option "maxLifetime" must be of type int|float, string given
TypeError: SseStream option "maxLifetime" must be of type int|float, null given
TypeError: SseStream option "maxLifetime" must be of type int|float, array given
TypeError: SseStream option "user" must be of type ?string, int given
TypeError: SseStream option "user" must be of type ?string, array given
TypeError: SseStream option "user" must be of type ?string, stdClass given
TypeError: SseStream option "id" must be of type ?string, int given
TypeError: SseStream option "lastEventId" must be of type ?string, int given
TypeError: SseStream option "lastEventId" must be of type ?string, float given
TypeError: SseStream option "lastEventId" must be of type ?string, array given
