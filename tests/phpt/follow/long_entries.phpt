--TEST--
entries of 16 MiB, and more than 1 MiB each, replay whole
--INI--
memory_limit=1G
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$dsn = $redis->dsn() . '?read_timeout=60';
$publisher = new SsePublisher($dsn);
$sizes = [16 << 20, 3 << 20, 0, 1 << 20, 1 << 20, 5];
foreach ($sizes as $size) {
    $publisher->publish('t', str_repeat('z', $size));
}
$stream = (new SseStream(['redis' => $dsn, 'lastEventId' => '0-0', 'maxLifetime' => 60]))->follow('t');
$output = new Output(false);
perform($stream, fn () => str_ends_with($output->text, "\ndata: zzzzz\n\n"), fn () => $publisher->publish('t', str_repeat('y', 16 << 20)),
    fn () => str_ends_with($output->text, "yyy\n\n"));
$reason = $stream->run();
ob_end_clean();
var_dump($reason, array_map(strlen(...), $output->data()) === [...$sizes, 16 << 20]);
?>
--EXPECT--
string(7) "stopped"
bool(true)
