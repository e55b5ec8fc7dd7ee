--TEST--
a thousand bare hints cost a few reads of the log, and what they hint at arrives
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->follow('t');
$output = new Output(false);
$connections = fn () => (int) preg_replace('/.*total_connections_received:(\d+).*/s', '$1', $redis->call('INFO', 'stats'));
perform($stream,
    function () use ($redis, $connections, &$before) {
        $before = $connections();
        $redis->call('EVAL', "for i = 1, 1000 do redis.call('PUBLISH', 'sse:t', 'hint') end redis.call('XADD', 'sse:t', '*', 'event', '', 'data', 'end') redis.call('PUBLISH', 'sse:t', 'hint')", 0);
    },
    fn () => $output->has('data: end'));
$reason = $stream->run();
ob_end_clean();
echo $reason, ' ', $connections() - $before < 20 ? 'few' : 'many', ' connections';
?>
--EXPECT--
stopped few connections
