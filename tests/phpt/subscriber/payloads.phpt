--TEST--
empty, binary, 16 MiB and payloads full of line breaks reach the callbacks whole
--INI--
memory_limit=512M
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$payloads = ['', implode('', array_map(chr(...), range(0, 255))), str_repeat('0123456789abcdef', 1 << 20), str_repeat("\r\n", 50000)];
$got = ['c' => [], 'jobs' => []];
$subscriber = new RedisSubscriber($redis->dsn());
$note = function ($payload, $name) use (&$got) {
    $got[$name][] = $payload;
};
$subscriber->subscribe('c', $note)->blpop('jobs', $note);
perform($subscriber, function () use ($redis, $payloads) {
    foreach ($payloads as $payload) {
        $redis->call('PUBLISH', 'c', $payload);
        $redis->call('RPUSH', 'jobs', $payload);
    }
}, function () use (&$got) { return count($got['c']) + count($got['jobs']) === 8; });
$subscriber->run(60);
var_dump($got === ['c' => $payloads, 'jobs' => $payloads]);
?>
--EXPECT--
bool(true)
