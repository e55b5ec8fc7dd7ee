--TEST--
event: gap says "evicted" when Redis had too little memory to keep the log
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$publisher->publish('t', 'first of all');
$id = $publisher->publish('t', 'seen');
$publisher->publish('t', 'missed');
$redis->call('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl');
$redis->call('CONFIG', 'SET', 'maxmemory', '4mb');
for ($i = 0; $i < 100 && $redis->call('EXISTS', 'sse:t'); $i++) {
    $redis->call('SET', "more$i", str_repeat('x', 100000), 'EX', 1000000);
}
$redis->call('CONFIG', 'SET', 'maxmemory', '0');
$newest = $publisher->publish('t', 'afterwards');

foreach (['who missed something' => $id, 'who has all' => $newest] as $who => $from) {
    echo "$who:\n";
    $stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $from, 'maxLifetime' => 30]))->follow('t');
    $output = new Output;
    perform($stream, fn () => $output->has("id: "), fn () => $publisher->publish('t', 'live'), fn () => $output->has('live'));
    echo $stream->run(), "\n";
}
?>
--EXPECTF--
who missed something:
event: gap
data: {"source":"t","reason":"evicted"}

id: %d-%d
data: afterwards

id: %d-%d
data: live

stopped
who has all:
id: %d-%d
data: live

stopped
