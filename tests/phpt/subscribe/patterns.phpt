--TEST--
psubscribe() forwards every channel that matches, once per pattern
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->psubscribe('user.*', 'h?llo', '[ab]c', 'a\\*b')
    ->onMessage(fn ($payload, $source) => ['data' => "$source: $payload"]);
$output = new Output;
perform($stream, fn () => array_map(fn ($channel) => $redis->call('PUBLISH', $channel, 'x'),
    ['user.1', 'user.', 'user', 'hello', 'hllo', 'bc', 'cc', 'a*b', 'axb', 'user.end']),
    fn () => $output->has('user.end'));
echo $stream->run();
?>
--EXPECT--
data: user.1: x

data: user.: x

data: hello: x

data: bc: x

data: a*b: x

data: user.end: x

stopped
