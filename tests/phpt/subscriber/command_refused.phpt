--TEST--
commands that change the meaning of the connection, and arguments that are no text, are refused
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$subscriber = new RedisSubscriber($redis->dsn());
foreach (['SUBSCRIBE', 'psubscribe', 'SSubscribe', 'UNSUBSCRIBE', 'PUNSUBSCRIBE', 'SUNSUBSCRIBE', 'MONITOR', 'SYNC', 'PSYNC', 'HELLO', 'QUIT', 'RESET', ''] as $name) {
    echo thrown(fn () => $subscriber->command($name, 'a', 'b')), "\n";
}
foreach ([null, true, [], new ArrayObject] as $argument) {
    echo thrown(fn () => $subscriber->command('ECHO', $argument)), "\n";
}
echo thrown(fn () => $subscriber->command()), "\n";
echo thrown(fn () => $subscriber->command('ECHO', message: 'a')), "\n";
echo $subscriber->command('PING'), "\n";
?>
--EXPECTF--
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "SUBSCRIBE" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "psubscribe" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "SSubscribe" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "UNSUBSCRIBE" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "PUNSUBSCRIBE" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "SUNSUBSCRIBE" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "MONITOR" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "SYNC" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "PSYNC" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "HELLO" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "QUIT" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "RESET" is not
ValueError: RedisSubscriber::command(): Argument #1 ($name) must be a command with one reply, "" is not
TypeError: RedisSubscriber::command(): Argument #2 must be of type string|int|float, null given
TypeError: RedisSubscriber::command(): Argument #2 must be of type string|int|float, bool given
TypeError: RedisSubscriber::command(): Argument #2 must be of type string|int|float, array given
TypeError: RedisSubscriber::command(): Argument #2 must be of type string|int|float, ArrayObject given
ArgumentCountError: RedisSubscriber::command() expects at least 1 argument, 0 given
%sRedisSubscriber::command() does not accept unknown named parameters
PONG
