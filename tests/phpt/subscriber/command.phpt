--TEST--
command() returns every kind of reply, and Redis' errors as exceptions
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$subscriber = new RedisSubscriber($redis->dsn('?prefix=p:'));
var_dump($subscriber->command('PING'), $subscriber->command('set', 'k', "b\0\r\n"), $subscriber->command('GET', 'k'), $subscriber->command('GET', 'none'),
    $subscriber->command('INCRBY', 'n', 5), $subscriber->command('INCRBYFLOAT', 'f', 1.5), $subscriber->command('LRANGE', 'none', 0, -1),
    $subscriber->command('EVAL', "return {1, 'two', {3, {}}, false, redis.status_reply('ok')}", 0),
    $subscriber->command('BLPOP', 'none', 0.01), strlen($subscriber->command('ECHO', str_repeat('x', 1 << 20))));
echo thrown(fn () => $subscriber->command('NONSENSE')), "\n";
echo thrown(fn () => $subscriber->command('LPUSH', 'k', 'x')), "\n";
echo thrown(fn () => $subscriber->command("PING\r\nSET", 'k')), "\n";
$subscriber->command('MULTI');
$subscriber->command('INCR', 'k');
var_dump($subscriber->command('EXEC'));
?>
--EXPECTF--
string(4) "PONG"
string(2) "OK"
string(4) "b%c
"
NULL
int(5)
string(3) "1.5"
array(0) {
}
array(5) {
  [0]=>
  int(1)
  [1]=>
  string(3) "two"
  [2]=>
  array(2) {
    [0]=>
    int(3)
    [1]=>
    array(0) {
    }
  }
  [3]=>
  NULL
  [4]=>
  string(2) "ok"
}
NULL
int(1048576)
SseException: Redis: ERR unknown command 'NONSENSE', with args beginning with: 
SseException: Redis: WRONGTYPE Operation against a key holding the wrong kind of value
SseException: Redis: ERR unknown command %s
array(1) {
  [0]=>
  string(%d) "ERR value is not an integer or out of range"
}
