--TEST--
every option of SseHub takes what it is documented to take
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$seconds = 0.25;
foreach ([[], ['listen' => '127.0.0.1:8088'], ['listen' => 'unix:/run/hub-http.sock'], ['listen' => null], ['path' => '/events/stream'],
    ['redis' => 'redis://127.0.0.1'], ['redis' => 'memory:'], ['redis' => ['host' => 'localhost']], ['redis' => []], ['maxClients' => 1],
    ['maxPerUser' => 0], ['maxPerIp' => 0], ['maxPerIp' => 100], ['maxChannels' => 1], ['clientBuffer' => 4096], ['overflow' => 'cut'], ['overflow' => 'drop-oldest'], ['overflow' => 'latest'],
    ['drain' => 0], ['drain' => &$seconds], ['jwtSecret' => null], ['jwtSecret' => str_repeat("\0", 32)], ['cors' => null], ['cors' => []],
    ['cors' => '*'], ['cors' => 'https://app.example'], ['cors' => ['https://app.example:8443', 'http://[::1]:3000', 'capacitor://localhost']],
    ['takeover' => true], ['takeover' => false], ['workers' => 1], ['workers' => 64]] as $options) {
    $result = thrown(fn () => new SseHub($options + ['control' => '/run/hub.sock']));
    if ($result !== 'nothing thrown') {
        echo json_encode($options), ": $result\n";
    }
}
echo 'done';
?>
--EXPECT--
done
