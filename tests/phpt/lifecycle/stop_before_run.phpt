--TEST--
stop() before run() ends it at once, with what was queued sent
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$stream = (new SseStream(['redis' => $redis->dsn()]))->subscribe('c')->event('queued');
$stream->every(0.001, fn () => print('never'));
$stream->stop();
echo $stream->run();
?>
--EXPECT--
data: queued

stopped
