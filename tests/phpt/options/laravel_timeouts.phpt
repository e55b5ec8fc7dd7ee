--TEST--
the timeouts that Laravel's connectors take for "no limit" are accepted
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach ([['timeout' => 0], ['timeout' => 0.0, 'read_timeout' => 0.0], ['read_timeout' => -1], ['database' => '', 'port' => '6379'], ['timeout' => 1.5]] as $connection) {
    echo json_encode($connection), ' ', thrown(fn () => new RedisSubscriber(['host' => '127.0.0.1'] + $connection)), "\n";
}
?>
--EXPECT--
{"timeout":0} nothing thrown
{"timeout":0,"read_timeout":0} nothing thrown
{"read_timeout":-1} nothing thrown
{"database":"","port":"6379"} nothing thrown
{"timeout":1.5} nothing thrown
