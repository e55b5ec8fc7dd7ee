--TEST--
what PUBLISH sends to any of the channels is forwarded in order, and nothing else is
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->subscribe('news', 'sport')->subscribe('123', "odd\n\0name");
$output = new Output;
perform($stream,
    fn () => $redis->call('PUBLISH', 'news', 'first'),
    fn () => $redis->call('PUBLISH', 'other', 'never'),
    fn () => $redis->call('PUBLISH', 'sport', "two\nlines"),
    fn () => $redis->call('PUBLISH', '123', '{"json":true}'),
    fn () => $redis->call('PUBLISH', "odd\n\0name", 'last'),
    fn () => $output->has('last'));
echo $stream->run();
?>
--EXPECT--
data: first

data: two
data: lines

data: {"json":true}

data: last

stopped
