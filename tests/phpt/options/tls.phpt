--TEST--
rediss:// to a Redis that does not speak TLS, or in a build without TLS, is a clear error
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
foreach (["rediss://127.0.0.1:$redis->port", ['host' => 'tls://127.0.0.1', 'port' => $redis->port], ['scheme' => 'tls', 'host' => '127.0.0.1', 'port' => $redis->port]] as $tls) {
    $start = microtime(true);
    echo thrown(fn () => (new RedisSubscriber($tls))->command('PING')), "\n";
    echo thrown(fn () => (new SseStream(['redis' => $tls]))->subscribe('a')->run()), "\n";
    echo microtime(true) - $start < 10 ? '' : "slow\n";
}
?>
--EXPECTF--
SseException: Redis at 127.0.0.1:%d: TLS%s
SseException: Redis at 127.0.0.1:%d: TLS%s
SseException: Redis at 127.0.0.1:%d: TLS%s
SseException: Redis at 127.0.0.1:%d: TLS%s
SseException: Redis at 127.0.0.1:%d: TLS%s
SseException: Redis at 127.0.0.1:%d: TLS%s
