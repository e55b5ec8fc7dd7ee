--TEST--
a ticket is one key that expires, and holds the subscription
--FILE--
<?php
require __DIR__ . '/../redis.inc';

/** @return list<array{int, string}> tags and values of a message, after a look at its head */
function fields(string $message): array
{
    echo bin2hex(substr($message, 0, 8)), "\n"; // "SSE", version 1, type 128
    $fields = [];
    for ($at = 8; $at < strlen($message); $at += 8 + $head['length']) {
        $head = unpack('ntag/nzero/Nlength', $message, $at);
        $fields[] = [$head['tag'], substr($message, $at + 8, $head['length'])];
    }
    return $fields;
}

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn('/0?prefix=app:'));
$ticket = $publisher->ticket(['follow' => ['news', 'user.7'], 'subscribe' => 'chat', 'psubscribe' => ['room.*'], 'queue' => ['jobs'],
    'user' => '7', 'heartbeat' => 0.5, 'heartbeatStyle' => 'comment', 'retry' => 3000, 'maxLifetime' => 60, 'lastEventId' => '5-1'], 20);
var_dump(preg_match('/^[A-Za-z0-9_-]{43}$/D', $ticket), $redis->call('KEYS', '*') === ["app:sse:@ticket:$ticket"]);
$left = $redis->call('PTTL', "app:sse:@ticket:$ticket");
var_dump($left > 10000 && $left <= 20000);
foreach (fields($redis->call('GET', "app:sse:@ticket:$ticket")) as [$tag, $value]) {
    $value = strlen($value) === 8 && $value[0] === "\0" ? unpack('J', $value)[1] : $value;
    echo "$tag ", str_replace((string) $redis->port, 'PORT', json_encode($value)), "\n";
}
$redis->call('FLUSHALL');
$tickets = [];
for ($i = 0; $i < 50; $i++) {
    $tickets[] = $publisher->ticket(['subscribe' => 'c'], 3600);
}
var_dump(count(array_unique($tickets)), count($redis->call('KEYS', '*')));
print_r(array_column(fields($redis->call('GET', "app:sse:@ticket:$tickets[0]")), 0));
?>
--EXPECT--
int(1)
bool(true)
bool(true)
5353450100800000
1 "tcp:\/\/127.0.0.1:PORT\/0?prefix=app:"
2 "news"
2 "user.7"
4 "chat"
5 "room.*"
6 "jobs"
9 "5-1"
10 500
11 1
12 3000
13 60000
14 "7"
15 "retry: 3000\n\n"
int(50)
int(50)
5353450100800000
Array
(
    [0] => 1
    [1] => 4
    [2] => 10
)
