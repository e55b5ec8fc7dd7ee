--TEST--
logs of several batches, merged by id, replay completely
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('EVAL', "for i = 1, 6000 do
    local topic = 'sse:' .. ({'a', 'b', 'c'})[i % 3 + 1]
    redis.call('XADD', topic, '1000-' .. i, 'event', '', 'data', i .. string.rep('x', i % 3 == 0 and 1000 or 10)) end", 0);
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => '0-0', 'maxLifetime' => 60]))->follow('a', 'b', 'c');
$output = new Output(false);
perform($stream, fn () => $output->has('data: 6000'));
$reason = $stream->run();
ob_end_clean();
var_dump($reason, array_map(intval(...), $output->data()) === range(1, 6000));
var_dump(array_column(events($output->text), 'id') === array_map(fn ($number) => "1000-$number", range(1, 6000)));
var_dump(str_contains($output->text, 'gap'));
?>
--EXPECT--
string(7) "stopped"
bool(true)
bool(true)
bool(false)
