--TEST--
a message that is published after its push, when the list has been read already, is not sent twice
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'notes', '{"id":1}', '{"id":2}');
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->history('notes')->subscribe('live');
$output = new Output;
perform($stream,
    fn () => $output->has('"id":2}'),
    fn () => $redis->call('PUBLISH', 'live', '{"id":2}'),
    fn () => $redis->call('PUBLISH', 'live', '{"id":3}'),
    fn () => $output->has('"id":3}'));
echo $stream->run();
?>
--EXPECT--
id: 1
data: {"id":1}

id: 2
data: {"id":2}

id: 3
data: {"id":3}

stopped
