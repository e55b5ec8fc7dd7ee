--TEST--
in CLI, which has no response headers, it does not matter what was printed before
--FILE--
<?php
require __DIR__ . '/../redis.inc';

echo "printed before\n\n";
$stream = new SseStream(['maxLifetime' => 0.01, 'heartbeat' => 0]);
echo $stream->event('x')->run();
?>
--EXPECT--
printed before

data: x

expired
