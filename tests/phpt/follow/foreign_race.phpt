--TEST--
foreign XADD and PUBLISH from another process during everything: nothing missed, nothing doubled
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$writer = new PhpProcess('require $inc; $redis = new RespClient("unix://$socket");
    for ($i = 1; $i <= 1000; $i++) { $redis->call("XADD", "sse:t", "*", "event", "", "data", $i); $redis->call("PUBLISH", "sse:t", "hint"); }
    echo "written";', ['inc' => __DIR__ . '/../redis.inc', 'socket' => $redis->socket]);
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => '0-0', 'maxLifetime' => 60]))->follow('t');
$output = new Output(false);
$ours = 0;
perform($stream, function () use ($publisher, &$ours, $writer) {
    $publisher->publish('t', 'ours ' . ++$ours);
    return $writer->is_running() && $ours < 1000 ? false : true;
}, fn () => !$writer->is_running(), fn () => $publisher->publish('t', 'end'), fn () => $output->has('data: end'));
$reason = $stream->run();
ob_end_clean();
$data = $output->data();
array_pop($data);
var_dump($reason, $writer->end());
var_dump(array_values(array_filter($data, 'is_numeric')) === array_map(strval(...), range(1, 1000)));
var_dump(array_values(array_filter($data, fn ($one) => !is_numeric($one))) === array_map(fn ($one) => "ours $one", range(1, $ours)));
?>
--EXPECT--
string(7) "stopped"
string(6) "exit 0"
bool(true)
bool(true)
