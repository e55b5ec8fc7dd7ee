--TEST--
what is pushed and published while the list is read comes once, and what is published later with its id
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'notes', '{"id":1}');
$writer = new PhpProcess('require $inc; $redis = new RespClient("unix://$socket");
    for ($i = 2; $i <= 1500; $i++) { $redis->call("RPUSH", "notes", "{\"id\":$i}"); $redis->call("PUBLISH", "live", "{\"id\":$i}"); }',
    ['inc' => __DIR__ . '/../redis.inc', 'socket' => $redis->socket]);
$at = null;
$ids = [];
while (count($ids) < 1500) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $at, 'maxLifetime' => 60]))->history('notes')->subscribe('live');
    $count = 0;
    $stream->onMessage(function () use (&$count, $stream) {
        ++$count === 100 && $stream->stop();
        return ['event' => 'note'];
    });
    $output = new Output(false);
    perform($stream, fn () => $output->has('"id":1500}'));
    $reason = $stream->run();
    ob_end_clean();
    $events = events($output->text);
    if ($reason !== 'stopped' || str_contains($output->text, 'gap')) {
        echo $reason, $output->text;
        break;
    }
    $events && $at = end($events)['id'];
    array_push($ids, ...array_column($events, 'id'));
}
$writer->end();
var_dump(array_map(intval(...), $ids) === range(1, 1500));
?>
--EXPECT--
bool(true)
