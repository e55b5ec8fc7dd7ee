--TEST--
a wrong DSN is a ValueError that says what is wrong
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach (['', 'localhost', '127.0.0.1:6379', 'http://localhost', 'redis://', 'redis://localhost:', 'redis://localhost:0', 'redis://localhost:65536',
    'redis://localhost:abc', 'redis://localhost/x', 'redis://localhost/-1', 'redis://localhost/99999', 'redis://user@localhost', 'redis://::1',
    'redis://[::1', 'redis://[localhost]', 'redis://localhost?prefx=a', 'redis://localhost?prefix', 'redis://localhost?timeout=0',
    'redis://localhost?timeout=-1', 'redis://localhost?timeout=1e3', 'redis://localhost?read_timeout=3601', 'redis://localhost?maxlen=0',
    'redis://localhost?ttl=x', 'redis://localhost?prefix=%4', 'redis://localhost#a', 'redis://a b', 'unix://', 'unix:///', 'unix://relative',
    'unix:///' . str_repeat('x', 200)] as $dsn) {
    echo thrown(fn () => new SsePublisher($dsn)), "\n";
}
echo thrown(fn () => new RedisSubscriber('nowhere')), "\n";
echo thrown(fn () => new SseStream(['redis' => 'nowhere'])), "\n";
?>
--EXPECT--
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: it does not begin with redis://, rediss:// or unix://
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: it does not begin with redis://, rediss:// or unix://
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: it does not begin with redis://, rediss:// or unix://
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: unknown scheme "http"; a DSN must begin with redis://, rediss:// or unix://
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: host is missing
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: port "" is not a number from 1 to 65535
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: port "0" is not a number from 1 to 65535
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: port "65536" is not a number from 1 to 65535
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: port "abc" is not a number from 1 to 65535
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: database "x" is not a number from 0 to 65535
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: database "-1" is not a number from 0 to 65535
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: database "99999" is not a number from 0 to 65535
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: a username without a password; a password alone is written redis://:password@host
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: host has more than one ":"; an IPv6 address goes in [brackets]
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: host lacks the closing bracket of an IPv6 address
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: host in brackets is not an IPv6 address
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: unknown option "prefx"
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: option "prefix" has no value
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: timeout "0" is not a number of seconds above 0 and up to 3600
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: timeout "-1" is not a number of seconds above 0 and up to 3600
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: timeout "1e3" is not a number of seconds above 0 and up to 3600
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: read_timeout "3601" is not a number of seconds above 0 and up to 3600
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: maxlen "0" is not a number from 1 to 1000000000
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: ttl "x" is not a number from 1 to 1000000000
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: an option's value has a "%" that two hex digits do not follow
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: a "#" must be written as %23
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: host holds a character that no host name has
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: path is missing
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: path is not an absolute path to a socket
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: path does not begin with "/" (a username and password before it end with "@")
ValueError: SsePublisher::__construct(): Argument #1 ($redis): Redis DSN: path is longer than the address of a Unix socket can be
ValueError: RedisSubscriber::__construct(): Argument #1 ($redis): Redis DSN: it does not begin with redis://, rediss:// or unix://
ValueError: SseStream option "redis": Redis DSN: it does not begin with redis://, rediss:// or unix://
