--TEST--
a child that is forked in onMessage() and exits takes nothing from its parent's queue
--EXTENSIONS--
pcntl
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'jobs', ...range(1, 20));
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->queue('jobs');
$stream->onMessage(function ($payload) {
    if ($payload % 2) {
        $child = pcntl_fork();
        if ($child === 0) {
            exit(0);
        }
        pcntl_waitpid($child, $status);
    }
    return ['event' => 'job'];
});
$output = new Output(false);
perform($stream, fn () => count($output->data()) >= 20, fn () => $redis->call('LLEN', 'jobs') === 0);
$reason = $stream->run();
ob_end_clean();
echo $reason, ' ', implode(' ', $output->data()), ' ', $redis->call('LLEN', 'jobs');
?>
--EXPECT--
stopped 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 0
