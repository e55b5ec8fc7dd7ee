--TEST--
20,000 messages at once arrive in order, and the timer still runs
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 60]))->subscribe('c');
$output = new Output(false);
$ticks = 0;
$stream->every(0.001, function () use (&$ticks) {
    $ticks++;
});
perform($stream, function () use ($redis) {
    $redis->call('EVAL', "for i = 1, 20000 do redis.call('PUBLISH', 'c', i) end", 0);
}, fn () => str_ends_with($output->text, "data: 20000\n\n"));
$reason = $stream->run();
ob_end_clean();
var_dump($reason, $output->data() === array_map(strval(...), range(1, 20000)), $ticks > 1);
?>
--EXPECT--
string(7) "stopped"
bool(true)
bool(true)
