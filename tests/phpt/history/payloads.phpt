--TEST--
empty, binary and 16 MiB items arrive whole
--INI--
memory_limit=512M
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$all = implode('', array_map(chr(...), range(0, 255)));
$payloads = ['', $all, str_repeat('0123456789abcdef', 1 << 20), str_repeat("\r\n", 5000) . 'x', '{', '{"id"', '{"id":', '{"id":"', '{"id":"\\', '{"a":[{"', '{"id":"a' . "\n" . '"}', '0'];
foreach ($payloads as $payload) {
    $redis->call('RPUSH', 'notes', $payload);
}
$redis->call('RPUSH', 'notes', 'the end');
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 60]))->history('notes');
$output = new Output(false);
perform($stream, fn () => str_ends_with($output->text, "data: the end\n\n"));
$reason = $stream->run();
ob_end_clean();
var_dump($reason, $output->text === implode('', array_map(SseStream::encode(...), $payloads)) . "data: the end\n\n");
?>
--EXPECT--
string(7) "stopped"
bool(true)
