--TEST--
publishMany() writes and signals each event in order and returns their ids
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
var_dump($publisher->publishMany([]));
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->follow('a', 'b');
$output = new Output(false);
$topic = 'b';
perform($stream,
    function () use ($publisher, &$ids, &$topic) {
        $ids = $publisher->publishMany([['a', 'one'], [&$topic, ['two' => 2], 'named'], 'key' => ['a', null, null], ['b', 9, '']]);
        return true;
    },
    fn () => $output->has('data: 9'));
$stream->run();
ob_end_clean();
echo implode(' ', $output->data()), "\n";
var_dump($ids === array_column(events($output->text), 'id'));

// More than one batch, some of them long; and Redis has forgotten the script.
$redis->call('SCRIPT', 'FLUSH');
$events = array_map(fn ($i) => ['many', $i % 7 === 0 ? str_repeat("$i ", 5000) : $i], range(1, 1500));
$ids = $publisher->publishMany($events);
$log = $redis->call('XRANGE', 'sse:many', '-', '+');
var_dump(count($ids), count(array_unique($ids)), count($log), array_column($log, 0) === array_slice($ids, -1000));
var_dump(array_map(fn ($entry) => $entry[1][3], $log) === array_map(fn ($event) => (string) $event[1], array_slice($events, -1000)));
?>
--EXPECT--
array(0) {
}
one {"two":2} null 9
bool(true)
int(1500)
int(1500)
int(1000)
bool(true)
bool(true)
