--TEST--
broadcast() forwards what Laravel publishes with the channel in it, beside subscribe(), through onMessage() and after an outage
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$stream = (new SseStream(['redis' => $redis->dsn('?prefix=app_'), 'maxLifetime' => 30]))->broadcast('private-a', 'b')->subscribe('b');
$output = new Output(false);
perform($stream,
    function () use ($redis) {
        $redis->call('PUBLISH', 'app_private-a', '{"event":"E","data":{"a":1},"socket":null}');
        $redis->call('PUBLISH', 'app_b', " {\n\"event\":\"F\"\r\n}");
        $redis->call('PUBLISH', 'app_b', '{}');
        $redis->call('PUBLISH', 'app_b', "a\nb");
        return true;
    },
    fn () => $output->has('payload'),
    fn () => $redis->call('CLIENT', 'KILL', 'TYPE', 'pubsub'),
    fn () => $output->has('private-a","reason":"disconnected'));
$stream->run();
ob_end_clean();
foreach (events($output->text) as $event) {
    echo "$event[event]: ", json_encode($event['data']), "\n";
}
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->broadcast('c');
$stream->onMessage(function ($payload, $source) use ($stream) {
    $stream->stop();
    return ['data' => "$source: $payload"];
});
$output = new Output(false);
perform($stream, fn () => $redis->call('PUBLISH', 'c', '{"x":1}') > 0, fn () => false);
$stream->run();
ob_end_clean();
echo json_encode(events($output->text)[0]);
?>
--EXPECT--
broadcast: "{\"channel\":\"private-a\",\"event\":\"E\",\"data\":{\"a\":1},\"socket\":null}"
message: " {\n\"event\":\"F\"\n}"
broadcast: "{\"channel\":\"b\",\"event\":\"F\"  }"
message: "{}"
broadcast: "{\"channel\":\"b\"}"
message: "a\nb"
broadcast: "{\"channel\":\"b\",\"payload\":\"a\\nb\"}"
gap: "{\"source\":\"b\",\"reason\":\"disconnected\"}"
gap: "{\"source\":\"private-a\",\"reason\":\"disconnected\"}"
gap: "{\"source\":\"b\",\"reason\":\"disconnected\"}"
{"data":"c: {\"channel\":\"c\",\"x\":1}","event":"broadcast","id":""}
