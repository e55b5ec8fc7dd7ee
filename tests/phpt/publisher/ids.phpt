--TEST--
ids grow over all topics of a database, and are the ids of the log's entries
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
for ($number = 0; $number < 500; $number++) {
    $ids[] = $publisher->publish("t" . $number % 3, "data $number", $number % 2 ? 'odd' : null);
}
$sorted = $ids;
natsort($sorted);
var_dump(array_values($sorted) === $ids, count(array_unique($ids)));
[$id, $fields] = $redis->call('XRANGE', 'sse:t1', '-', '+', 'COUNT', 1)[0];
var_dump($id === $ids[1], $fields);
var_dump($redis->call('HGET', 'sse', 'id') === end($ids), $redis->call('HGET', 'sse', 'since') === $ids[0]);
?>
--EXPECT--
bool(true)
int(500)
bool(true)
array(4) {
  [0]=>
  string(5) "event"
  [1]=>
  string(3) "odd"
  [2]=>
  string(4) "data"
  [3]=>
  string(6) "data 1"
}
bool(true)
bool(true)
