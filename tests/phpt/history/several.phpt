--TEST--
several lists, each from what the client has seen of it
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'a', '{"id":"a1"}', '{"id":"a2"}');
$redis->call('RPUSH', 'b', '{"id":"b1"}', '{"id":"b2"}');
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->history('a')->history('b', 1)->history('none')
    ->onMessage(fn ($payload, $source) => ['data' => "$source $payload"]);
$output = new Output;
perform($stream, fn () => $output->has('b2'));
echo $stream->run();
?>
--EXPECT--
id: a1
data: a {"id":"a1"}

id: a2
data: a {"id":"a2"}

id: b2
data: b {"id":"b2"}

stopped
