<?php

// The guide's section 5: one FPM worker and one Redis connection for each client.

set_time_limit(0);
while (ob_get_level()) {
    ob_end_clean();
}
header('Content-Type: text/event-stream');
header('Cache-Control: no-cache');
header('X-Accel-Buffering: no');
echo ":\n\n";
flush();
$redis = new Redis();
$redis->connect('127.0.0.1', (int) $_SERVER['REDIS_PORT']);
$redis->setOption(Redis::OPT_READ_TIMEOUT, -1);
$redis->subscribe([$_GET['c']], function ($redis, $channel, $message) {
    echo "data: {$message}\n\n";
    flush();
});
