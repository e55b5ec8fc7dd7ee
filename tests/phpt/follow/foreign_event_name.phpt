--TEST--
an event name with line breaks in somebody else's log entry forges no field
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('XADD', 'sse:t', '1-1', 'event', "x\ndata: forged\n\nevent: y", 'data', 'honest');
$redis->call('XADD', 'sse:t', '1-2', 'event', "x\rid: 9-9", 'data', 'honest too');
$redis->call('XADD', 'sse:t', '1-3', 'event', "x\0", 'data', 'end');
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => '0-0', 'maxLifetime' => 30]))->follow('t');
$output = new Output(false);
perform($stream, fn () => $output->has('data: end'));
$stream->run();
ob_end_clean();
var_dump(preg_match('/^(data: forged|event: y|id: 9-9)/m', strtr($output->text, "\r", "\n")), array_column(events($output->text), 'data'));
?>
--EXPECT--
int(0)
array(3) {
  [0]=>
  string(6) "honest"
  [1]=>
  string(10) "honest too"
  [2]=>
  string(3) "end"
}
