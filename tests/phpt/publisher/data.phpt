--TEST--
strings are published byte for byte, anything else as JSON
--INI--
memory_limit=512M
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn() . '?read_timeout=60');
$all = implode('', array_map(chr(...), range(0, 255)));
$big = random_bytes(16 << 20);
foreach (['', $all, "\r\n\n", $big, ['ü' => 'a/b'], null, 5, "5"] as $data) {
    $publisher->publish('t', $data);
}
$entries = array_map(fn ($entry) => $entry[1][3], $redis->call('XRANGE', 'sse:t', '-', '+'));
var_dump($entries === ['', $all, "\r\n\n", $big, '{"ü":"a/b"}', 'null', '5', '5']);
echo thrown(fn () => $publisher->publish('t', "\xFF")), ', ', thrown(fn () => $publisher->publish('t', ["\xFF"])), "\n";
echo $redis->call('XLEN', 'sse:t');
?>
--EXPECT--
bool(true)
nothing thrown, JsonException: Malformed UTF-8 characters, possibly incorrectly encoded
9
