--TEST--
empty, binary, 16 MiB and payloads full of line breaks arrive whole
--INI--
memory_limit=512M
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$all = implode('', array_map(chr(...), range(0, 255)));
$payloads = ['', $all, str_repeat('0123456789abcdef', 1 << 20), str_repeat("\r\n", 50000) . 'x', "\xFF\xFE", '0', str_repeat("\n", 1000)];
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 60]))->subscribe('c');
$output = new Output(false);
perform($stream, function () use ($redis, $payloads) {
    foreach ($payloads as $payload) {
        $redis->call('PUBLISH', 'c', $payload);
    }
    $redis->call('PUBLISH', 'c', 'the end');
}, fn () => str_ends_with($output->text, "data: the end\n\n"));
$reason = $stream->run();
ob_end_clean();
var_dump($reason, $output->text === implode('', array_map(SseStream::encode(...), $payloads)) . "data: the end\n\n");
?>
--EXPECT--
string(7) "stopped"
bool(true)
