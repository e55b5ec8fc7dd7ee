--TEST--
SCRIPT FLUSH in between, as after a restart of Redis, is not noticed
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$stream = new SseStream(['redis' => $redis->dsn()]);
for ($round = 0; $round < 3; $round++) {
    $id = $publisher->publish('t', $round);
    $redis->call('SCRIPT', 'FLUSH');
    var_dump($stream->cursor('t') === $id);
    $redis->call('SCRIPT', 'FLUSH');
}
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => '0-0', 'maxLifetime' => 30]))->follow('t');
$output = new Output(false);
perform($stream, fn () => $output->has('data: 2'));
$stream->run();
ob_end_clean();
echo implode(' ', $output->data()), ' ', $redis->call('XLEN', 'sse:t');
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
0 1 2 3
