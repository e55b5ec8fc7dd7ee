--TEST--
a forked child that returns from its callback gets an SseException, and its parent every message
--EXTENSIONS--
pcntl
--INI--
error_log=/dev/null
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
foreach (['message', 'timer', 'signal', 'item'] as $where) {
    $redis->call('DEL', 'jobs');
    $subscriber = new RedisSubscriber($redis->dsn());
    $file = "$redis->dir/$where";
    $parent = getmypid();
    $forked = false;
    $seen = [];
    $fork = function () use ($redis, $file, &$forked) {
        if ($forked) {
            return;
        }
        $forked = true;
        $child = pcntl_fork();
        if ($child > 0) {
            pcntl_waitpid($child, $status);
        } else {
            // For the parent, while the child is the only one who looks.
            (new RespClient("unix://$redis->socket"))->call('PUBLISH', 'c', 'for the parent');
            usleep(20000);
        }
    };
    $subscriber->subscribe('c', function ($payload) use (&$seen, $fork, $where) {
        $seen[] = $payload;
        $where === 'message' && $fork();
    })->blpop('jobs', function ($payload) use (&$seen, $fork, $where) {
        $seen[] = $payload;
        $where === 'item' && $fork();
    })->onSignal(SIGUSR1, fn () => $where === 'signal' && $fork());
    perform($subscriber,
        fn () => match ($where) {
            'message' => $redis->call('PUBLISH', 'c', 'start'),
            'timer' => $fork(),
            'signal' => (bool) proc_open(['kill', '-USR1', (string) getmypid()], [], $pipes),
            'item' => $redis->call('RPUSH', 'jobs', 'start'),
        },
        function () use (&$seen) { return in_array('for the parent', $seen); },
        fn () => $redis->call('RPUSH', 'jobs', 'last'),
        function () use (&$seen) { return in_array('last', $seen); });
    $thrown = thrown(fn () => $subscriber->run(10));
    if (getmypid() !== $parent) {
        file_put_contents($file, $thrown);
        unset($subscriber);
        exit;
    }
    echo "$where: $thrown, ", implode(', ', $seen), ', ', $redis->call('LLEN', 'jobs'), "\n", file_get_contents($file), "\n";
}
?>
--EXPECT--
message: nothing thrown, start, for the parent, last, 0
SseException: The process was forked inside a callback; the child must exit() and leave the stream to its parent
timer: nothing thrown, for the parent, last, 0
SseException: The process was forked inside a callback; the child must exit() and leave the stream to its parent
signal: nothing thrown, for the parent, last, 0
SseException: The process was forked inside a callback; the child must exit() and leave the stream to its parent
item: nothing thrown, start, for the parent, last, 0
SseException: The process was forked inside a callback; the child must exit() and leave the stream to its parent
