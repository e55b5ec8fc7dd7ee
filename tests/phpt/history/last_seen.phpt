--TEST--
only what follows the item that the client has seen is sent
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
foreach (range(1, 6) as $id) {
    $redis->call('RPUSH', 'notes', "{\"id\":$id}");
}
$redis->call('RPUSH', 'notes', '{"end":true}');
foreach (['3', '6', '1', null] as $id) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $id, 'maxLifetime' => 30]))->history('notes');
    $output = new Output(false);
    perform($stream, fn () => $output->has('end'));
    $stream->run();
    ob_end_clean();
    echo implode(' ', $output->data()), "\n";
}
?>
--EXPECT--
{"id":4} {"id":5} {"id":6} {"end":true}
{"end":true}
{"id":2} {"id":3} {"id":4} {"id":5} {"id":6} {"end":true}
{"id":1} {"id":2} {"id":3} {"id":4} {"id":5} {"id":6} {"end":true}
