--TEST--
thousands of channels in one stream
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$names = array_map(fn ($number) => "channel.$number", range(1, 3000));
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 60]))->subscribe(...$names);
$output = new Output(false);
perform($stream, function () use ($redis, $names) {
    foreach ($names as $name) {
        $redis->call('PUBLISH', $name, $name);
    }
}, fn () => $output->has("channel.3000\n"));
$reason = $stream->run();
ob_end_clean();
var_dump($reason, $output->data() === $names);
?>
--EXPECT--
string(7) "stopped"
bool(true)
