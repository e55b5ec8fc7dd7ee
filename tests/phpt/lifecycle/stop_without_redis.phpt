--TEST--
stop() before run() sends what was queued and needs no Redis
--FILE--
<?php
$stream = (new SseStream(['redis' => 'redis://127.0.0.1:1']))->subscribe('c')->event('queued');
$stream->stop();
echo $stream->run();
?>
--EXPECT--
data: queued

stopped
