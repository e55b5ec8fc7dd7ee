--TEST--
5,000 events that another process publishes while streams attach: nothing missed, nothing doubled
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$writer = new PhpProcess('$publisher = new SsePublisher($dsn);
    for ($i = 1; $i <= 5000; $i++) { $publisher->publish("t" . $i % 3, $i); }
    echo "written";', ['dsn' => $redis->dsn('?maxlen=10000')]);
$at = '0-0';
$numbers = [];
$rounds = 0;
while (count($numbers) < 5000) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $at, 'maxLifetime' => 60]))->follow('t0', 't1', 't2');
    $output = new Output(false);
    $count = 0;
    $stream->onMessage(function () use (&$count, $stream) {
        if (++$count === 100) {
            $stream->stop();
        }
        return [['event' => 'x']];
    });
    perform($stream, fn () => $output->has('data: 5000'));
    $reason = $stream->run();
    ob_end_clean();
    $events = events($output->text);
    if ($reason !== 'stopped' || str_contains($output->text, 'gap')) {
        echo $reason, $output->text;
        break;
    }
    $events && $at = end($events)['id'];
    array_push($numbers, ...array_column($events, 'data'));
    $rounds++;
}
var_dump($writer->end(), $numbers === array_map(strval(...), range(1, 5000)), $rounds >= 49);
?>
--EXPECT--
string(6) "exit 0"
bool(true)
bool(true)
