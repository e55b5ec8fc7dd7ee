--TEST--
an option of SseHub of the wrong type is a TypeError that names option and type
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach (['control' => [null, 5], 'listen' => [8088, []], 'path' => [null, 1], 'redis' => [null, 5], 'maxClients' => ['10', null, 1.5],
    'maxPerUser' => [true], 'maxPerIp' => ['5'], 'maxChannels' => [null], 'clientBuffer' => ['1M'], 'overflow' => [null, 1], 'drain' => ['5', null], 'jwtSecret' => [5, []],
    'cors' => [true, [null], [[]]], 'takeover' => [1, 'yes', null], 'workers' => ['2', null]] as $option => $values) {
    foreach ($values as $value) {
        echo thrown(fn () => new SseHub([$option => $value])), "\n";
    }
}
echo thrown(fn () => new SseHub('/run/hub.sock')), "\n";
echo thrown(fn () => new SseHub), "\n";
?>
--EXPECT--
TypeError: SseHub option "control" must be of type string, null given
TypeError: SseHub option "control" must be of type string, int given
TypeError: SseHub option "listen" must be of type ?string, int given
TypeError: SseHub option "listen" must be of type ?string, array given
TypeError: SseHub option "path" must be of type string, null given
TypeError: SseHub option "path" must be of type string, int given
TypeError: SseHub option "redis" must be of type string|array, null given
TypeError: SseHub option "redis" must be of type string|array, int given
TypeError: SseHub option "maxClients" must be of type int, string given
TypeError: SseHub option "maxClients" must be of type int, null given
TypeError: SseHub option "maxClients" must be of type int, float given
TypeError: SseHub option "maxPerUser" must be of type int, bool given
TypeError: SseHub option "maxPerIp" must be of type int, string given
TypeError: SseHub option "maxChannels" must be of type int, null given
TypeError: SseHub option "clientBuffer" must be of type int, string given
TypeError: SseHub option "overflow" must be of type string, null given
TypeError: SseHub option "overflow" must be of type string, int given
TypeError: SseHub option "drain" must be of type int|float, string given
TypeError: SseHub option "drain" must be of type int|float, null given
TypeError: SseHub option "jwtSecret" must be of type ?string, int given
TypeError: SseHub option "jwtSecret" must be of type ?string, array given
TypeError: SseHub option "cors" must be of type string[]|string|null, bool given
TypeError: SseHub option "cors" must be of type string[]|string|null, array given
TypeError: SseHub option "cors" must be of type string[]|string|null, array given
TypeError: SseHub option "takeover" must be of type bool, int given
TypeError: SseHub option "takeover" must be of type bool, string given
TypeError: SseHub option "takeover" must be of type bool, null given
TypeError: SseHub option "workers" must be of type int, string given
TypeError: SseHub option "workers" must be of type int, null given
TypeError: SseHub::__construct(): Argument #1 ($options) must be of type array, string given
ArgumentCountError: SseHub::__construct() expects exactly 1 argument, 0 given
