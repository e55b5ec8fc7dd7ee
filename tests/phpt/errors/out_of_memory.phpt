--TEST--
running out of memory in a callback is PHP's own error, not a crash
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'jobs', 'job');
foreach (['$stream->every(0.01, $callback);', '$stream->subscribe("c")->onMessage($callback);', '$stream->queue("jobs")->onMessage($callback);'] as $declare) {
    foreach (['str_repeat("x", 1 << 26)', '(function () { for ($list = []; ; $list[] = str_repeat("y", 10000)); })()'] as $greedy) {
        $process = new PhpProcess('register_shutdown_function(function () { echo "shutdown\n"; });
            $stream = new SseStream(["redis" => $dsn]);
            $callback = fn () => [' . $greedy . '];
            ' . $declare . '
            require $inc;
            $redis = new RespClient("unix://$socket");
            $stream->every(0.005, fn () => $redis->call("PUBLISH", "c", "x"));
            $stream->run();
            echo "never\n";', ['dsn' => $redis->dsn(), 'inc' => __DIR__ . '/../redis.inc', 'socket' => $redis->socket], ['memory_limit' => '16M'], ['USE_ZEND_ALLOC' => '1']);
        echo $process->end(), ' ', preg_replace('/ at .+? \(tried| in .+? on line \d+|\d+(?= bytes\))/', '$0', trim($process->output)), "\n";
    }
}
?>
--EXPECTF--
exit 255 Fatal error: Allowed memory size of 16777216 bytes exhausted%A(tried to allocate %d bytes) in %s
shutdown
exit 255 Fatal error: Allowed memory size of 16777216 bytes exhausted%A(tried to allocate %d bytes) in %s
shutdown
exit 255 Fatal error: Allowed memory size of 16777216 bytes exhausted%A(tried to allocate %d bytes) in %s
shutdown
exit 255 Fatal error: Allowed memory size of 16777216 bytes exhausted%A(tried to allocate %d bytes) in %s
shutdown
exit 255 Fatal error: Allowed memory size of 16777216 bytes exhausted%A(tried to allocate %d bytes) in %s
shutdown
exit 255 Fatal error: Allowed memory size of 16777216 bytes exhausted%A(tried to allocate %d bytes) in %s
shutdown
