--TEST--
a Redis that loads its data is an SseException at the start, and waited for later
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer(['loading-process-events-interval-bytes' => 1024, 'key-load-delay' => 20000, 'enable-debug-command' => 'yes']);
$redis->call('EVAL', "for i = 1, 60 do redis.call('SET', 'key' .. i, string.rep('x', 200)) end", 0);
$redis->call('SAVE');
$subscriber = new RedisSubscriber($redis->dsn());
$seen = [];
$subscriber->subscribe('c', function ($payload) use (&$seen) { $seen[] = $payload; });
$thrown = '';
perform($subscriber,
    fn () => $redis->call('PUBLISH', 'c', 'before') > 0,
    function () use (&$seen) { return count($seen) > 0; },
    fn () => $redis->kill(),
    fn () => $redis->start_only(),
    function () use ($redis, &$thrown) {
        $thrown = wait_until(function () use ($redis) {
            $thrown = thrown(fn () => (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 5]))->subscribe('c')->run());
            return str_contains($thrown, 'LOADING') ? $thrown : '';
        }, 'LOADING');
    },
    function () use ($redis) {
        try {
            return $redis->connect()->call('PUBLISH', 'c', 'after') > 0;
        } catch (RedisError) {
            return false;
        }
    },
    function () use (&$seen) { return in_array('after', $seen); });
$subscriber->run(60);
echo $thrown, "\n", implode(' ', array_unique($seen));
?>
--EXPECTF--
SseException: Redis at %s: LOADING %s
before after
