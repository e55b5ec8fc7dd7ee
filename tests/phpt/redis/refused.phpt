--TEST--
a Redis that refuses, or that is not there, is an SseException at once
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$options = ['redis' => 'redis://127.0.0.1:1', 'maxLifetime' => 5];
$start = microtime(true);
foreach (['subscribe', 'psubscribe', 'follow', 'queue', 'history'] as $method) {
    echo thrown(fn () => (new SseStream($options))->$method('a')->run()), "\n";
}
echo thrown(fn () => (new SseStream($options))->cursor('a')), "\n";
echo thrown(fn () => (new SsePublisher($options['redis']))->publish('a', 'b')), "\n";
echo thrown(fn () => (new RedisSubscriber($options['redis']))->subscribe('a', fn () => 0)->run(5)), "\n";
echo thrown(fn () => (new RedisSubscriber($options['redis']))->blpop('a', fn () => 0)->run(5)), "\n";
echo thrown(fn () => (new RedisSubscriber($options['redis']))->command('PING')), "\n";
echo thrown(fn () => (new RedisSubscriber('unix:///nonexistent/redis.sock'))->command('PING')), "\n";
echo thrown(fn () => (new RedisSubscriber('unix:///nonexistent/redis.sock'))->subscribe('a', fn () => 0)->run(5)), "\n";
echo thrown(fn () => (new RedisSubscriber('redis://no-such-host.invalid'))->command('PING')), "\n";
echo microtime(true) - $start < 10 ? 'quickly' : 'slowly';
?>
--EXPECTF--
SseException: Redis at 127.0.0.1:1: Connection refused
SseException: Redis at 127.0.0.1:1: Connection refused
SseException: Redis at 127.0.0.1:1: Connection refused
SseException: Redis at 127.0.0.1:1: Connection refused
SseException: Redis at 127.0.0.1:1: Connection refused
SseException: Redis at 127.0.0.1:1: Connection refused
SseException: Redis at 127.0.0.1:1: Connection refused
SseException: Redis at 127.0.0.1:1: Connection refused
SseException: Redis at 127.0.0.1:1: Connection refused
SseException: Redis at 127.0.0.1:1: Connection refused
SseException: Redis at unix:/nonexistent/redis.sock: No such file or directory
SseException: Redis at unix:/nonexistent/redis.sock: No such file or directory
SseException: Redis at no-such-host.invalid:6379: %s
quickly
