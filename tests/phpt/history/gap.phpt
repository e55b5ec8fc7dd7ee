--TEST--
event: gap says so when the item that the client has seen is no longer there
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'notes', '{"id":5}', '{"id":6}', '{"id":7}');
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => '4', 'maxLifetime' => 30]))->history('notes');
$output = new Output;
perform($stream, fn () => $output->has('{"id":7}'));
echo $stream->run(), "\n";
ob_end_flush();
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => '5', 'maxLifetime' => 30]))->history('notes', 1);
$output = new Output;
perform($stream, fn () => $output->has('{"id":7}'));
echo $stream->run(), "\n";
ob_end_flush();
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => '4', 'maxLifetime' => 30]))->history('gone');
$output = new Output;
perform($stream, fn () => $output->has('gap'));
echo $stream->run(), "\n";
?>
--EXPECT--
event: gap
data: {"source":"notes","reason":"trimmed"}

id: 5
data: {"id":5}

id: 6
data: {"id":6}

id: 7
data: {"id":7}

stopped
event: gap
data: {"source":"notes","reason":"trimmed"}

id: 7
data: {"id":7}

stopped
event: gap
data: {"source":"gone","reason":"expired"}

stopped
