--TEST--
every() calls back at its interval, first after it, with the stream as argument
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$stream = new SseStream(['maxLifetime' => 30]);
$start = microtime(true);
$times = [];
$stream->every(0.05, function (...$arguments) use (&$times, $start, $stream) {
    if ($arguments !== [$stream]) {
        echo "wrong arguments\n";
    }
    $times[] = microtime(true) - $start;
    count($times) === 5 && $stream->stop();
});
$other = 0;
$stream->every(1000, function () use (&$other) {
    $other++;
});
echo $stream->run(), ' ', $times[0] >= 0.049 ? 'first after the interval' : $times[0], ' ',
    $times[4] >= 0.249 ? 'five intervals' : $times[4], ' ', $other;
?>
--EXPECT--
stopped first after the interval five intervals 0
