--TEST--
several topics replay in the order of their ids, and one id resumes them all
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
for ($number = 1; $number <= 300; $number++) {
    $ids[] = $publisher->publish('t' . $number * 7 % 5, $number);
}
$topics = ['t0', 't1', 't2', 't3', 't4', 'silent'];
$numbers = [];
for ($at = '0-0'; count($numbers) < 300; $at = end($events)['id']) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $at, 'maxLifetime' => 30]))->follow(...$topics);
    $taken = 0;
    $stream->onMessage(function () use (&$taken, $stream) {
        ++$taken % 70 === 0 && $stream->stop();
        return ['event' => 'mapped'];
    });
    $output = new Output(false);
    perform($stream, fn () => $output->has('data: 300'));
    $stream->run();
    ob_end_clean();
    $events = events($output->text);
    array_push($numbers, ...array_column($events, 'data'));
}
var_dump($numbers === array_map(strval(...), range(1, 300)));
?>
--EXPECT--
bool(true)
