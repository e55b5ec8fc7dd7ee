--TEST--
however run() ends, the stream leaves; a forked child does not leave in its parent's stead
--EXTENSIONS--
pcntl
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$dsn = $redis->dsn();
$publisher = new SsePublisher($dsn);
$left = fn (string $room) => count(preg_grep("/ $room/", $redis->call('ZRANGE', 'sse-leaving', 0, -1)));
$is_there = fn (string $room) => $publisher->members($room) !== [];
$make = fn (string $room) => (new SseStream(['redis' => $dsn, 'heartbeat' => 0, 'maxLifetime' => 10]))->presence($room, '1', 1);
$output = new Output(false);
$lines = [];

$stream = (new SseStream(['redis' => $dsn, 'heartbeat' => 0, 'maxLifetime' => 1]))->presence('expired', '1', 1);
$lines[] = $stream->run() . ' ' . $left('expired');

$stream = perform($make('throwing'), fn () => $is_there('throwing'), fn () => throw new Exception('thrown'));
$lines[] = thrown(fn () => $stream->run()) . ' ' . $left('throwing');

$stream = perform($make('stopped'), fn () => $is_there('stopped'));
$lines[] = $stream->run() . ' ' . $left('stopped');

$stream = $make('never');
$stream->stop();
$lines[] = $stream->run() . ' ' . $left('never');

$stream = perform($make('forked'), fn () => $is_there('forked'),
    function () {
        if (pcntl_fork() === 0) {
            exit;
        }
        pcntl_wait($status);
    },
    function () use (&$lines, $left) {
        $lines[] = 'after the child ' . $left('forked');
    });
$lines[] = $stream->run() . ' ' . $left('forked');

$exits = new PhpProcess('(new SseStream(["redis" => $dsn]))->presence("exits", "1", 1)->every(0.3, fn () => exit)->run();', ['dsn' => $dsn]);
$lines[] = $exits->end() . ' ' . $left('exits');

ob_end_clean();
echo implode("\n", $lines);
?>
--EXPECT--
expired 1
Exception: thrown 1
stopped 1
stopped 0
after the child 0
stopped 1
exit 0 1
