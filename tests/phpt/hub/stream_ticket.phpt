--TEST--
SseStream::ticket() stands for the stream, with what it has queued, instead of run()
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$dsn = $redis->dsn('/0?prefix=app:');
$stream = new SseStream(['redis' => $dsn, 'hub' => null, 'user' => '7', 'retry' => 1000, 'heartbeat' => 5]);
$stream->event(['id' => 1], 'row')->follow('news');
$ticket = $stream->ticket(20);
$left = $redis->call('PTTL', "app:sse-ticket:$ticket");
var_dump(preg_match('/^[A-Za-z0-9_-]{43}$/D', $ticket), $left > 10000 && $left <= 20000);

$message = $redis->call('GET', "app:sse-ticket:$ticket");
for ($at = 8; $at < strlen($message); $at += 8 + $head['length']) {
    $head = unpack('ntag/nzero/Nlength', $message, $at);
    $value = substr($message, $at + 8, $head['length']);
    if (in_array($head['tag'], [2, 10, 14, 15], true)) {
        echo $head['tag'], ' ', json_encode($head['length'] === 8 ? unpack('J', $value)[1] : $value), "\n";
    }
}
echo thrown(fn () => $stream->run()), "\n", thrown(fn () => $stream->ticket()), "\n";

$new = fn (array $options = []) => (new SseStream($options + ['redis' => $dsn, 'hub' => null]))->follow('a');
echo thrown(fn () => $new()->ticket(0)), "\n";
echo thrown(fn () => $new()->ticket(3601)), "\n";
echo thrown(fn () => $new()->every(1, fn () => null)->ticket()), "\n";
echo thrown(fn () => $new(['hub' => '/nowhere/hub.sock'])->ticket()), "\n";
echo thrown(fn () => $new(['redis' => 'redis://127.0.0.1:1'])->ticket()), "\n";
?>
--EXPECTF--
int(1)
bool(true)
2 "news"
10 5000
14 "7"
15 "retry: 1000\n\nevent: row\ndata: {\"id\":1}\n\n"
SseException: The stream has ended; one response is one SseStream
SseException: The stream has ended; one response is one SseStream
ValueError: SseStream::ticket(): Argument #1 ($ttl) must be between 1 and 3600
ValueError: SseStream::ticket(): Argument #1 ($ttl) must be between 1 and 3600
SseException: A ticket cannot stand for this stream: a stream with onMessage(), every() or history() stays in the worker
SseException: No ticket was made, as the hub at /nowhere/hub.sock is not there: No such file or directory
SseException: No ticket could be stored: %s
