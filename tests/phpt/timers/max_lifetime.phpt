--TEST--
maxLifetime ends the stream as EXPIRED, and 0 never does
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$start = microtime(true);
$stream = new SseStream(['maxLifetime' => 0.3, 'heartbeat' => 0]);
var_dump($stream->run() === SseStream::EXPIRED, microtime(true) - $start >= 0.29, microtime(true) - $start < 3);
$stream = new SseStream(['maxLifetime' => 0]);
$stream->every(0.4, fn ($stream) => $stream->stop());
var_dump($stream->run() === SseStream::STOPPED);
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
