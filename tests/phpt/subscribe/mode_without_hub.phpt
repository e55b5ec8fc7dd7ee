--TEST--
without a hub every mode serves the stream inline
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
foreach ([['mode' => 'auto'], ['mode' => 'inline'], ['mode' => 'handoff'], ['mode' => 'redirect', 'redirect' => '/hub']] as $options) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30] + $options))->subscribe('c');
    perform($stream, fn () => $redis->call('PUBLISH', 'c', $options['mode']));
    $stream->event('hello');
    $reasons[] = $stream->run();
}
echo implode(' ', $reasons);
?>
--EXPECT--
data: hello

data: hello

data: hello

data: hello

stopped stopped stopped stopped
