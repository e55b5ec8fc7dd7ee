--TEST--
an inline stream is present while it runs, and told who else is
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn('?prefix=app_'));
echo json_encode($publisher->members('room')), "\n";
$dsn = $redis->dsn('?prefix=app_');
$code = '(new SseStream(["redis" => $dsn, "heartbeat" => 0, "maxLifetime" => $seconds]))->presence("room", "a", "Åsa")->run();';
$other = null;
$stream = (new SseStream(['redis' => $dsn, 'maxLifetime' => 30]))->presence('room', '7', ['name' => "Bo\n\u{1F418}"])->follow('news');
$output = new Output;
$publisher->publish('news', 'earlier, for nobody');
perform($stream,
    fn () => $output->has('subscribed'),
    function () use (&$other, $code, $dsn) {
        $other = new PhpProcess($code, ['dsn' => $dsn, 'seconds' => 1]);
    },
    fn () => $output->has('"presence:joining","data":"Åsa"'),
    fn () => print(json_encode($publisher->members('room'), JSON_UNESCAPED_UNICODE) . "\n\n"),
    fn () => $output->has('"presence:leaving"'),
    fn () => $publisher->publish('news', 'end'),
    fn () => $output->has('data: end'));
echo $stream->run(), "\n";
echo $other->end(), "\n";
echo preg_replace('/^.*data: (.*subscribed".*?)\n.*$/s', '$1', $other->output), "\n";
// It counts for a while yet, in which it may come back; then anybody's question ends it, and nothing stays of it.
echo json_encode($publisher->members('room')[7]), "\n";
wait_until(fn () => $publisher->members('room') === [], 'the end of its grace');
$keys = $redis->call('KEYS', '*');
sort($keys);
echo implode(' ', $keys);
?>
--EXPECTF--
[]
id: %d-%d

event: broadcast
id: %d-%d
data: {"channel":"room","event":"presence:joining","data":{"name":"Bo\n🐘"}}

event: broadcast
data: {"channel":"room","event":"presence:subscribed","data":[{"name":"Bo\n🐘"}]}

event: broadcast
id: %d-%d
data: {"channel":"room","event":"presence:joining","data":"Åsa"}

{"7":{"name":"Bo\n🐘"},"a":"Åsa"}

event: broadcast
id: %d-%d
data: {"channel":"room","event":"presence:leaving","data":"Åsa"}

id: %d-%d
data: end

stopped
exit 0
{"channel":"room","event":"presence:subscribed","data":[%SÅsa%S]}
{"name":"Bo\n\ud83d\udc18"}
app_sse app_sse:news app_sse:room
