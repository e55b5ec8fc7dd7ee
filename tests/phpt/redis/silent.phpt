--TEST--
a Redis that goes silent is noticed, and subscriptions stand again when it comes back
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$seen = [];
$log = tempnam(sys_get_temp_dir(), 'sse');
ini_set('error_log', $log);
$subscriber = new RedisSubscriber($redis->dsn('?read_timeout=1&timeout=1'));
$subscriber->subscribe('c', function ($payload) use (&$seen) { $seen[] = $payload; });
perform($subscriber,
    fn () => $redis->call('PUBLISH', 'c', 'before') > 0,
    function () use (&$seen) { return in_array('before', $seen); },
    fn () => $redis->pause(),
    fn () => str_contains(file_get_contents($log), 'lost Redis'),
    fn () => $redis->resume(),
    fn () => str_contains(file_get_contents($log), 'is back'),
    fn () => $redis->call('PUBLISH', 'c', 'end'),
    function () use (&$seen) { return in_array('end', $seen); });
$subscriber->run(60);
echo implode(' ', array_unique($seen)), "\n", preg_replace('/^\[.+?\] /m', '', file_get_contents($log));
unlink($log);
?>
--EXPECTF--
before end
sse: lost Redis at 127.0.0.1:%d (Redis does not answer PING), reconnecting
sse: Redis is back
