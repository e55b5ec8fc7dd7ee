--TEST--
a forked child publishes over a connection of its own
--EXTENSIONS--
pcntl
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$publisher->publish('t', 'parent');
$child = pcntl_fork();
if ($child === 0) {
    for ($number = 0; $number < 100; $number++) {
        $publisher->publish('child', $number);
    }
    exit(7);
}
for ($number = 0; $number < 100; $number++) {
    $publisher->publish('parent', $number);
}
pcntl_waitpid($child, $status);
$publisher->publish('parent', 'still there');
echo pcntl_wexitstatus($status), ' ', $redis->call('XLEN', 'sse:child'), ' ', $redis->call('XLEN', 'sse:parent');
?>
--EXPECT--
7 100 101
