--TEST--
after an outage the stream subscribes again and says that messages may be missing
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 60]))->subscribe('c')->psubscribe('p*');
$output = new Output;
perform($stream,
    fn () => $redis->call('PUBLISH', 'c', 'before'),
    fn () => $output->has('before'),
    fn () => $redis->call('CLIENT', 'KILL', 'TYPE', 'pubsub'),
    fn () => $output->has('"p*"'),
    fn () => $redis->call('PUBLISH', 'c', 'after'),
    fn () => $redis->call('PUBLISH', 'pc', 'after all'),
    fn () => $output->has('after all'));
echo $stream->run();
?>
--EXPECT--
data: before

event: gap
data: {"source":"c","reason":"disconnected"}

event: gap
data: {"source":"p*","reason":"disconnected"}

data: after

data: after all

stopped
