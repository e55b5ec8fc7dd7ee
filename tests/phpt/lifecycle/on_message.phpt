--TEST--
what onMessage() may return, and what not
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$object = new class {
    public array $list = [['data' => 'by', 'event' => 'ref']];
};
foreach ([
    ['data' => null], ['data' => ['j' => 1]], ['event' => 'e', 'id' => 5, 'retry' => 7], ['event' => null, 'id' => null, 'retry' => null], ['id' => ''],
    [[], ['data' => 'b']], [['event' => 'one'], ['event' => 'two', 'id' => 'x']], null, [],
    5, 'text', true, new stdClass, ['other' => 1], ['data' => 'x', 'extra' => 1], [5], [['data' => 1], 'x'], [[['data' => 1]]], ['a', 'data' => 'b'],
    ['event' => []], ['event' => "a\nb"], ['id' => "a\0"], ['id' => 1.5], ['retry' => -1], ['retry' => '5'], ['data' => "\xFF"], ['data' => ["\xFF"]],
    $object,
] as $returned) {
    $stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->subscribe('c')->onMessage(function () use ($returned, &$stream) {
        $stream->stop();
        return $returned;
    });
    $sent = false;
    $stream->every(0.001, function () use ($redis, &$sent) {
        $sent = $sent || $redis->call('PUBLISH', 'c', 'payload');
    });
    $output = new Output(false);
    $result = thrown(fn () => $stream->run());
    ob_end_clean();
    echo json_encode($returned, JSON_INVALID_UTF8_SUBSTITUTE), ' => ',
        $result === 'nothing thrown' ? addcslashes($output->text, "\0..\37\177..\377") : $result, "\n";
}
?>
--EXPECT--
{"data":null} => data: null\n\n
{"data":{"j":1}} => data: {"j":1}\n\n
{"event":"e","id":5,"retry":7} => event: e\nid: 5\nretry: 7\ndata: payload\n\n
{"event":null,"id":null,"retry":null} => data: payload\n\n
{"id":""} => id:\ndata: payload\n\n
[[],{"data":"b"}] => data: payload\n\ndata: b\n\n
[{"event":"one"},{"event":"two","id":"x"}] => event: one\ndata: payload\n\nevent: two\nid: x\ndata: payload\n\n
null => 
[] => 
5 => TypeError: onMessage: the callback must return an event array, a list of them or null, int returned
"text" => TypeError: onMessage: the callback must return an event array, a list of them or null, string returned
true => TypeError: onMessage: the callback must return an event array, a list of them or null, bool returned
{} => TypeError: onMessage: the callback must return an event array, a list of them or null, stdClass returned
{"other":1} => ValueError: onMessage: an event has the keys data, event, id and retry, not "other"; wrap other data as ['data' => ...]
{"data":"x","extra":1} => ValueError: onMessage: an event has the keys data, event, id and retry, not "extra"; wrap other data as ['data' => ...]
[5] => TypeError: onMessage: a list must hold event arrays, int found
[{"data":1},"x"] => TypeError: onMessage: a list must hold event arrays, string found
[[{"data":1}]] => ValueError: onMessage: an event has the keys data, event, id and retry, not "0"; wrap other data as ['data' => ...]
{"0":"a","data":"b"} => ValueError: onMessage: an event has the keys data, event, id and retry, not "0"; wrap other data as ['data' => ...]
{"event":[]} => TypeError: onMessage: "event" of the returned event must be of type ?string, array given
{"event":"a\nb"} => ValueError: onMessage: "event" of the returned event must not contain line breaks or NUL bytes
{"id":"a\u0000"} => ValueError: onMessage: "id" of the returned event must not contain line breaks or NUL bytes
{"id":1.5} => TypeError: onMessage: "id" of the returned event must be of type ?string, float given
{"retry":-1} => ValueError: onMessage: "retry" of the returned event must be a number of milliseconds
{"retry":"5"} => ValueError: onMessage: "retry" of the returned event must be a number of milliseconds
{"data":"\ufffd"} => data: \377\n\n
{"data":["\ufffd"]} => JsonException: Malformed UTF-8 characters, possibly incorrectly encoded
{"list":[{"data":"by","event":"ref"}]} => TypeError: onMessage: the callback must return an event array, a list of them or null, class@anonymous returned
