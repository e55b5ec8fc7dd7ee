--TEST--
a signal that anybody may PUBLISH cannot forge a field either
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->follow('t');
$output = new Output(false);
perform($stream,
    fn () => $output->has("id: "),
    fn () => $redis->call('PUBLISH', 'sse:t', "99999999999999-0 0-0\nx\rdata: forged\ndata"),
    fn () => $redis->call('PUBLISH', 'sse:t', "99999999999999-0 0-0\rdata: forged\nx\ndata"),
    fn () => $redis->call('PUBLISH', 'sse:t', "99999999999999-0 0-0\0\nx\ndata"),
    fn () => $redis->call('PUBLISH', 'sse:t', "\n\n\n"),
    fn () => $publisher->publish('t', 'end'),
    fn () => $output->has('data: end'));
echo $stream->run(), "\n";
ob_end_clean();
var_dump(str_contains($output->text, 'forged'), $output->data());
?>
--EXPECT--
bool(false)
array(1) {
  [0]=>
  string(3) "end"
}
