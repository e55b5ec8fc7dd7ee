<?php

// What one call costs, in turns: prints a line "ours theirs" in µs for each turn. php publish.php PORT one|many TURNS

[, $port, $what, $turns] = $argv;
const CALLS = 500;
$data = str_repeat('x', 100);
$redis = new Redis();
$redis->connect('127.0.0.1', (int) $port);
$publisher = new SsePublisher("redis://127.0.0.1:$port");
$events = array_fill(0, 100, ['topic', $data]);
$ours = $what === 'one' ? fn () => $publisher->publish('topic', $data) : fn () => $publisher->publishMany($events);
$theirs = $what === 'one' ? fn () => $redis->publish('channel', $data) : function () use ($redis, $data) {
    $pipe = $redis->pipeline();
    for ($i = 0; $i < 100; $i++) {
        $pipe->publish('channel', $data);
    }
    $pipe->exec();
};
$calls = $what === 'one' ? CALLS : CALLS / 50;
$microseconds = function (callable $call) use ($calls): float {
    $began = hrtime(true);
    for ($i = 0; $i < $calls; $i++) {
        $call();
    }

    return (hrtime(true) - $began) / 1e3 / $calls;
};
// The log is full from here on, so that each entry takes the place of another one.
for ($i = 0; $i < 12; $i++) {
    $publisher->publishMany($events);
}
for ($turn = 0; $turn < $turns; $turn++) {
    [$a, $b] = $turn % 2 ? [$microseconds($ours), $microseconds($theirs)]
        : array_reverse([$microseconds($theirs), $microseconds($ours)]);
    echo "$a $b\n";
}
