--TEST--
what was published after lastEventId is sent first, in order and once
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
foreach (range(1, 10) as $number) {
    $ids[$number] = $publisher->publish('t', $number);
}
$live = [];
foreach ([0 => '0-0', 3 => $ids[3], 9 => $ids[9]] as $seen => $id) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $id, 'maxLifetime' => 30]))->follow('t');
    $output = new Output(false);
    perform($stream, fn () => $output->has('data: 10'), fn () => $publisher->publish('t', "live $seen"), fn () => $output->has("live $seen"));
    $expected = [...array_map(strval(...), range($seen + 1, 10)), ...$live, $live[] = "live $seen"];
    $reason = $stream->run();
    ob_end_clean();
    echo $reason, ' ', $output->data() === $expected ? 'complete' : $output->text, "\n";
    $events = events($output->text);
    $same = array_slice(array_column($events, 'id'), 0, 10 - $seen) === array_slice(array_values($ids), $seen);
    echo $same ? "the ids are those that publish() returned\n" : $output->text;
}
?>
--EXPECT--
stopped complete
the ids are those that publish() returned
stopped complete
the ids are those that publish() returned
stopped complete
the ids are those that publish() returned
