--TEST--
every option takes what it is documented to take
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$seconds = 0.25;
foreach ([[], ['redis' => 'redis://127.0.0.1'], ['redis' => []], ['redis' => ['host' => 'localhost']], ['hub' => '/run/hub.sock'], ['hub' => null],
    ['mode' => 'auto'], ['mode' => 'handoff'], ['mode' => 'redirect', 'redirect' => '/hub'], ['redirect' => null], ['mode' => 'inline'], ['heartbeat' => 0], ['heartbeat' => 0.0],
    ['heartbeat' => &$seconds], ['heartbeatStyle' => 'event'], ['heartbeatStyle' => 'comment'], ['retry' => 0], ['retry' => null],
    ['maxLifetime' => 3600], ['user' => 'u1'], ['user' => null], ['id' => 'aZ09_-'], ['id' => str_repeat('x', 64)], ['id' => null], ['lastEventId' => ''], ['lastEventId' => null], ['lastEventId' => '1-2']] as $options) {
    $result = thrown(fn () => new SseStream($options));
    if ($result !== 'nothing thrown') {
        echo json_encode($options), ": $result\n";
    }
}
echo 'done';
?>
--EXPECT--
done
