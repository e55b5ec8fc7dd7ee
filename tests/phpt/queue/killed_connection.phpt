--TEST--
an outage of Redis loses no item that it kept
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer(['appendonly' => 'yes', 'appendfsync' => 'always']);
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 60]))->queue('jobs');
$output = new Output(false);
perform($stream,
    fn () => $redis->call('RPUSH', 'jobs', 'one'),
    fn () => $output->has('one'),
    fn () => $redis->call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'),
    fn () => $redis->call('RPUSH', 'jobs', 'two'),
    fn () => $output->has('two'),
    fn () => $redis->kill(),
    fn () => $redis->start(),
    fn () => $redis->call('RPUSH', 'jobs', 'three'),
    fn () => $output->has('three'));
$reason = $stream->run();
ob_end_clean();
echo $reason, ' ', implode(' ', $output->data());
?>
--EXPECT--
stopped one two three
