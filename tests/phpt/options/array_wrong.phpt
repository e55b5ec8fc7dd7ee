--TEST--
a wrong member of a connection array is an error that names it
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach ([['hots' => 'localhost'], ['localhost'], ['host' => ['a']], ['host' => ''], ['port' => 'x'], ['port' => 70000], ['database' => -1],
    ['database' => 'x'], ['scheme' => 'http'], ['options' => ['prefx' => 'a']], ['options' => 'a'], ['options' => ['prefix' => []]], ['url' => 'nowhere'],
    ['password' => new stdClass], ['host' => 'a b'], ['host' => 'http://a'], ['path' => 'relative'], ['timeout' => 'x'], ['username' => "a\0b", 'password' => 'x'],
    ['prefix' => fopen('php://memory', 'r')], ['url' => ['a']]] as $connection) {
    echo thrown(fn () => new RedisSubscriber($connection)), "\n";
}
?>
--EXPECT--
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): unknown key "hots"
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): the connection must be an array with string keys
TypeError: RedisSubscriber::__construct(): Argument #1 ($redis): "host" must be a string or a number, array given
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis: host is missing
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis: port "x" is not a number from 1 to 65535
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis: port "70000" is not a number from 1 to 65535
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis: database "-1" is not a number from 0 to 65535
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis: database "x" is not a number from 0 to 65535
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis: scheme "http" is not tcp, redis, tls, rediss, unix, memory, redis-sentinel or redis-cluster
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): unknown key "prefx"
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): unknown key "options"
TypeError: RedisSubscriber::__construct(): Argument #1 ($redis): "prefix" must be a string or a number, array given
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis DSN: it does not begin with redis://, rediss:// or unix://
TypeError: RedisSubscriber::__construct(): Argument #1 ($redis): "password" must be a string or a number, stdClass given
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis: host holds a character that no host name has
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis: scheme "http" is not tcp, redis, tls, rediss, unix, memory, redis-sentinel or redis-cluster
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis: path is not an absolute path to a socket
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis: timeout "x" is not a number of seconds above 0 and up to 3600
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis: username holds a NUL byte
TypeError: RedisSubscriber::__construct(): Argument #1 ($redis): "prefix" must be a string or a number, resource given
TypeError: RedisSubscriber::__construct(): Argument #1 ($redis): "url" must be a string or a number, array given
