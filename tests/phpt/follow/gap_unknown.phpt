--TEST--
event: gap says "unknown" when the client's id is none of these logs' ids
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$publisher->publish('t', 'before');
foreach (['abc', '1-', '-1', '1-2-3', '99999999999999999999-0', '1-99999999999999999999', ' 1-1', '0x1-1', "\xFF", "\"}"] as $id) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $id, 'maxLifetime' => 30]))->follow('t');
    $output = new Output(false);
    perform($stream, fn () => $output->has("id: "));
    $stream->run();
    ob_end_clean();
    echo preg_replace('/\d+-\d+/', 'N-N', strtr($output->text, "\n", ' ')), "\n";
}
?>
--EXPECT--
event: gap data: {"source":"t","reason":"unknown"}  id: N-N  
event: gap data: {"source":"t","reason":"unknown"}  id: N-N  
event: gap data: {"source":"t","reason":"unknown"}  id: N-N  
event: gap data: {"source":"t","reason":"unknown"}  id: N-N  
event: gap data: {"source":"t","reason":"unknown"}  id: N-N  
event: gap data: {"source":"t","reason":"unknown"}  id: N-N  
event: gap data: {"source":"t","reason":"unknown"}  id: N-N  
event: gap data: {"source":"t","reason":"unknown"}  id: N-N  
event: gap data: {"source":"t","reason":"unknown"}  id: N-N  
event: gap data: {"source":"t","reason":"unknown"}  id: N-N  
