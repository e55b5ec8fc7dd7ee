--TEST--
without a hub every mode serves the stream inline
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
foreach (['auto', 'inline'] as $mode) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'mode' => $mode, 'maxLifetime' => 30]))->subscribe('c');
    perform($stream, fn () => $redis->call('PUBLISH', 'c', $mode));
    $stream->event('hello');
    $reasons[] = $stream->run();
}
echo implode(' ', $reasons);
?>
--EXPECT--
data: hello

data: hello

stopped stopped
