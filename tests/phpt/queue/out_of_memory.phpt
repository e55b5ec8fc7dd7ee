--TEST--
an item whose callback runs out of memory goes back to the head of its list
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'jobs', 'first', 'second');
foreach (['(new SseStream(["redis" => $dsn]))->queue("jobs")->onMessage($callback)->run();', '(new RedisSubscriber($dsn))->blpop("jobs", $callback)->run();'] as $code) {
    $process = new PhpProcess('$callback = fn ($payload) => ["data" => str_repeat($payload, 1 << 26)];' . $code, ['dsn' => $redis->dsn()],
        ['memory_limit' => '16M'], ['USE_ZEND_ALLOC' => '1']);
    echo $process->end(), ' ', trim($process->output), "\n", implode(' ', $redis->call('LRANGE', 'jobs', 0, -1)), "\n";
}
?>
--EXPECTF--
exit 255 Fatal error: Allowed memory size of 16777216 bytes exhausted%s(tried to allocate %d bytes) in %s
first second
exit 255 Fatal error: Allowed memory size of 16777216 bytes exhausted%s(tried to allocate %d bytes) in %s
first second
