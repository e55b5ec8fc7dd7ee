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
    echo thrown(fn () => (new SseStream(['redis' => $dsn]))->subscribe('other')->run()), "\n";
    echo thrown(fn () => (new SseStream(['redis' => $dsn]))->follow('other')->run()), "\n";
    echo thrown(fn () => (new SseStream(['redis' => $dsn]))->queue('other')->run()), "\n";
    echo thrown(fn () => (new SseStream(['redis' => $dsn]))->history('other')->run()), "\n";
    echo thrown(fn () => (new RedisSubscriber($dsn))->psubscribe('other*', fn () => 0)->run()), "\n";
    echo thrown(fn () => (new RedisSubscriber($dsn))->command('GET', 'x')), "\n";
}
foreach (["redis://narrow:p@$address?prefix=own:", "redis://noping:p@$address"] as $dsn) {
    $stream = (new SseStream(['redis' => $dsn, 'maxLifetime' => 30]))->subscribe('c')->queue('jobs');
    $output = new Output(false);
    perform($stream,
        fn () => $redis->call('PUBLISH', 'own:c', 'hello') || $redis->call('PUBLISH', 'c', 'hello'),
        fn () => $redis->call('RPUSH', 'own:jobs', 'item'), fn () => $redis->call('RPUSH', 'jobs', 'item'),
        fn () => count($output->data()) === 2);
    echo $stream->run(), ' ';
    ob_end_clean();
    sort($data = $output->data());
    echo implode(' ', $data), "\n";
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
