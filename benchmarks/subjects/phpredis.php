<?php

// The loop that the guide's section 5 has: phpredis, echo, flush. php phpredis.php PORT CHANNEL

$redis = new Redis();
$redis->connect('127.0.0.1', (int) $argv[1]);
$redis->setOption(Redis::OPT_READ_TIMEOUT, -1);
$redis->subscribe([$argv[2]], function ($redis, $channel, $message) {
    echo "data: {$message}\n\n";
    flush();
});
