--TEST--
history($key, $last) sends at most the newest $last items
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'notes', ...range(1, 10));
foreach ([1, 3, 10, 100, -1] as $last) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->history('notes', $last);
    $output = new Output(false);
    perform($stream, fn () => $output->has("data: 10\n"));
    $stream->run();
    ob_end_clean();
    echo implode(' ', $output->data()), "\n";
}
?>
--EXPECT--
10
8 9 10
1 2 3 4 5 6 7 8 9 10
1 2 3 4 5 6 7 8 9 10
1 2 3 4 5 6 7 8 9 10
