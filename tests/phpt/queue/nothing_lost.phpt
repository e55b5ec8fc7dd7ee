--TEST--
while readers come and leave, every item is read once or still in the list
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$pushed = 0;
$delivered = [];
for ($round = 0; $round < 8; $round++) {
    $process = new PhpProcess('(new SseStream(["redis" => $dsn, "heartbeat" => 0]))->queue("jobs")->run();', ['dsn' => $redis->dsn()]);
    for ($count = 0; $count < 20; $count++) {
        $redis->call('RPUSH', 'jobs', ++$pushed);
    }
    wait_until(fn () => $redis->call('LLEN', 'jobs') === 0 && substr_count($process->read(), "\n\n") + count($delivered) === $pushed,
        'the delivery of what was pushed');
    array_push($delivered, ...array_column(events($process->output), 'data'));
    $process->close_pipe();
    for ($count = 0; $count < 5; $count++) {
        $redis->call('RPUSH', 'jobs', ++$pushed);
    }
    $process->end();
}
$left = $redis->call('LRANGE', 'jobs', 0, -1);
var_dump(array_map(intval(...), [...$delivered, ...$left]) === range(1, $pushed));
?>
--EXPECT--
bool(true)
