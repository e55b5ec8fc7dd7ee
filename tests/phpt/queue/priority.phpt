--TEST--
with several lists the first one that has items is served first
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
foreach (['low' => [1, 2], 'high' => [3, 4], 'middle' => [5]] as $key => $items) {
    $redis->call('RPUSH', "p:$key", ...$items);
}
$stream = (new SseStream(['redis' => $redis->dsn('?prefix=p:'), 'maxLifetime' => 30]))->queue('high', 'middle')->queue('low')
    ->onMessage(fn ($payload, $source) => ['data' => "$source $payload"]);
$output = new Output(false);
perform($stream, fn () => $output->has('low 2'), fn () => $redis->call('RPUSH', 'p:high', 6), fn () => $output->has('high 6'));
$stream->run();
ob_end_clean();
echo implode(', ', $output->data());
?>
--EXPECT--
high 3, high 4, middle 5, low 1, low 2, high 6
