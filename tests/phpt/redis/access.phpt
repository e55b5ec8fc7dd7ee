--TEST--
wrong and missing passwords, users without permission and databases that do not exist are SseExceptions
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer(['requirepass' => 'secret', 'databases' => 4]);
$redis->call('ACL', 'SETUSER', 'narrow', 'on', '>p', '~own:*', '&own:*', '+@all');
$redis->call('ACL', 'SETUSER', 'noping', 'on', '>p', '~*', '&*', '+@all', '-ping', '-select', '-client');
$address = $redis->address();
foreach (["redis://:wrong@$address", "redis://$address", "redis://nobody:x@$address", "redis://:secret@$address/4", "redis://narrow:p@$address"] as $dsn) {
    echo thrown(fn () => (new SseStream(['redis' => $dsn, 'maxLifetime' => 5]))->subscribe('other')->run()), "\n";
    echo thrown(fn () => (new SseStream(['redis' => $dsn, 'maxLifetime' => 5]))->follow('other')->run()), "\n";
    echo thrown(fn () => (new SseStream(['redis' => $dsn, 'maxLifetime' => 5]))->queue('other')->run()), "\n";
    echo thrown(fn () => (new SseStream(['redis' => $dsn, 'maxLifetime' => 5]))->history('other')->run()), "\n";
    echo thrown(fn () => (new RedisSubscriber($dsn))->psubscribe('other*', fn () => 0)->run(5)), "\n";
    echo thrown(fn () => (new RedisSubscriber($dsn))->command('GET', 'x')), "\n";
}
foreach (['own:' => "redis://narrow:p@$address?prefix=own:", '' => "redis://noping:p@$address"] as $prefix => $dsn) {
    $stream = (new SseStream(['redis' => $dsn, 'maxLifetime' => 30]))->subscribe('c')->queue('jobs');
    $output = new Output(false);
    $long_enough = microtime(true) + 3; // for the watchdog to have asked
    perform($stream,
        fn () => $redis->call('PUBLISH', $prefix . 'c', 'hello'),
        fn () => $output->has('hello'),
        fn () => microtime(true) > $long_enough,
        fn () => $redis->call('RPUSH', $prefix . 'jobs', 'item'),
        fn () => $output->has('item'));
    $reason = $stream->run();
    ob_end_clean();
    echo $reason, ' ', implode(' ', $output->data()), "\n";
}
?>
--EXPECTF--
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: NOAUTH %s
SseException: Redis at %s: NOAUTH %s
SseException: Redis at %s: NOAUTH %s
SseException: Redis at %s: NOAUTH %s
SseException: Redis at %s: NOAUTH %s
SseException: Redis at %s: NOAUTH %s
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: WRONGPASS %s
SseException: Redis at %s: ERR DB index is out of range
SseException: Redis at %s: ERR DB index is out of range
SseException: Redis at %s: ERR DB index is out of range
SseException: Redis at %s: ERR DB index is out of range
SseException: Redis at %s: ERR DB index is out of range
SseException: Redis at %s: ERR DB index is out of range
SseException: Redis at %s: NOPERM %s
SseException: Redis at %s: NOPERM %s
SseException: Redis at %s: NOPERM %s
SseException: Redis at %s: NOPERM %s
SseException: Redis at %s: NOPERM %s
SseException: Redis: NOPERM %s
stopped hello item
stopped hello item
