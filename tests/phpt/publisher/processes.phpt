--TEST--
ids of many processes are unique and in order in each log
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
for ($number = 0; $number < 3; $number++) {
    $processes[] = new PhpProcess('$publisher = new SsePublisher($dsn); for ($i = 0; $i < 300; $i++) { echo $publisher->publish("t" . $i % 2, $number), "\n"; }',
        ['dsn' => $redis->dsn(), 'number' => $number]);
}
$ids = [];
foreach ($processes as $process) {
    $process->end();
    array_push($ids, ...explode("\n", trim($process->output)));
}
$stored = array_merge(...array_map(fn ($topic) => array_column($redis->call('XRANGE', $topic, '-', '+'), 0), ['sse:t0', 'sse:t1']));
sort($ids);
sort($stored);
var_dump(count(array_unique($ids)), $ids === $stored);
?>
--EXPECT--
int(900)
bool(true)
