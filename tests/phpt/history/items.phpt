--TEST--
history() sends the items of a list with the id of their JSON, and removes none
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'notes', '{"id":1,"text":"one"}', '{"text":"two","id":"b-2"}', 'no JSON', '{"no":"id"}', '{"id":null}', '{"nested":{"id":5},"id":6}', '{"id":"with\u0020escape"}');
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->history('notes');
$output = new Output;
perform($stream, fn () => $output->has('escape'));
echo $stream->run(), ' ', $redis->call('LLEN', 'notes');
?>
--EXPECT--
id: 1
data: {"id":1,"text":"one"}

id: b-2
data: {"text":"two","id":"b-2"}

data: no JSON

data: {"no":"id"}

data: {"id":null}

id: 6
data: {"nested":{"id":5},"id":6}

data: {"id":"with\u0020escape"}

stopped 7
