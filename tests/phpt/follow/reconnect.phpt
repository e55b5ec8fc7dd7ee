--TEST--
events published while the connection was away are sent when it is back
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 60]))->follow('t', 'u');
$output = new Output(false);
perform($stream,
    fn () => $output->has("id: "),
    function () use ($redis, $publisher) {
        $publisher->publish('t', 1);
        $redis->call('CLIENT', 'KILL', 'TYPE', 'pubsub');
        $publisher->publish('u', 2);
        $publisher->publish('t', 3);
    },
    fn () => $output->has("data: 3\n"),
    fn () => $redis->call('CLIENT', 'KILL', 'TYPE', 'pubsub') >= 1,
    fn () => $publisher->publish('u', 4),
    fn () => $output->has("data: 4\n"),
    fn () => $publisher->publish('u', 5),
    fn () => $output->has("data: 5\n"));
$reason = $stream->run();
ob_end_clean();
echo $reason, ' ', implode(' ', $output->data());
?>
--EXPECT--
stopped 1 2 3 4 5
