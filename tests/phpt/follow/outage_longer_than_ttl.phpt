--TEST--
an outage that outlasts the log is announced: event: gap says "expired"
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn('?ttl=1'));
$user = preg_replace('#^([a-z+]+://)#', '$1u:p@', $redis->dsn('?ttl=1'));
$redis->call('ACL', 'SETUSER', 'u', 'on', '>p', '~*', '&*', '+@all');
$stream = (new SseStream(['redis' => $user, 'maxLifetime' => 30]))->follow('t');
$output = new Output(false);
perform($stream,
    fn () => $publisher->publish('t', 'one'),
    fn () => $output->has('one'),
    function () use ($redis) {
        // The user is locked out, which is an outage for the stream alone.
        $redis->call('ACL', 'SETUSER', 'u', 'off');
        $redis->call('CLIENT', 'KILL', 'USER', 'u');
    },
    fn () => $publisher->publish('t', 'lost'),
    fn () => $redis->call('EXISTS', 'sse:t') === 0,
    function () use (&$until) { $until ??= microtime(true) + 1.5; return microtime(true) > $until; },
    fn () => $redis->call('ACL', 'SETUSER', 'u', 'on'),
    fn () => $output->has('gap'));
$reason = $stream->run();
ob_end_clean();
echo $reason, ' ', implode(' ', $output->data());
?>
--EXPECT--
stopped one {"source":"t","reason":"expired"}
