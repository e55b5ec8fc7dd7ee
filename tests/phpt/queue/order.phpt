--TEST--
items come in the order of RPUSH, those that waited and those that come later
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
foreach (range(1, 50) as $number) {
    $redis->call('RPUSH', 'jobs', $number);
}
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->queue('jobs');
$output = new Output(false);
perform($stream,
    fn () => $output->has("data: 50\n"),
    fn () => array_map(fn ($number) => $redis->call('RPUSH', 'jobs', $number), range(51, 100)),
    fn () => $output->has("data: 100\n"));
$reason = $stream->run();
ob_end_clean();
var_dump($reason, $output->data() === array_map(strval(...), range(1, 100)), $redis->call('LLEN', 'jobs'));
?>
--EXPECT--
string(7) "stopped"
bool(true)
int(0)
