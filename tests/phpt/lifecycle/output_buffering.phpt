--TEST--
ob_start() in CLI does not delay events, and the buffers survive
--FILE--
<?php
require __DIR__ . '/../redis.inc';

ob_start();
ob_start();
echo "before\n";
$stream = new SseStream(['maxLifetime' => 30]);
$levels = [];
$process = null;
$stream->every(0.01, function ($stream) use (&$levels) {
    $stream->event('now');
    $levels = [ob_get_level(), ob_get_length()];
    $stream->stop();
});
$stream->run();
var_dump($levels, ob_get_level());
?>
--EXPECT--
before
data: now

array(2) {
  [0]=>
  int(2)
  [1]=>
  int(0)
}
int(2)
