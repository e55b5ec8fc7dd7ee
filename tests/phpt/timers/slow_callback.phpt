--TEST--
a callback slower than its interval is not called again at once for every interval that it missed
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$stream = new SseStream(['maxLifetime' => 30]);
$calls = 0;
$stream->every(0.01, function () use (&$calls) {
    $calls++ === 0 && usleep(300000);
});
$stream->every(0.4, fn ($stream) => $stream->stop());
$stream->run();
var_dump($calls > 1 && $calls < 25);
?>
--EXPECT--
bool(true)
