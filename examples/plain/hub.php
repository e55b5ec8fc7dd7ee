<?php

// php hub.php [REDIS]: the hub, until Ctrl-C. PHP workers hand their connections over at the socket that ini sse.hub names; REDIS
// is a DSN, or "memory:" to do without a Redis. `php hub.php stats` says what a running one counts.

declare(strict_types=1);

if (PHP_SAPI !== 'cli') {
    exit;
}

$control = ini_get('sse.hub') ?: '/tmp/sse-hub.sock';

if (($argv[1] ?? '') === 'stats') {
    foreach (SseHub::stats($control) as $name => $value) {
        printf("%-20s %s\n", $name, json_encode($value));
    }
    exit;
}

$hub = new SseHub([
    'control' => $control,
    'listen' => '127.0.0.1:8088',
    // The workers must say the same, or the hub takes no stream of theirs.
    'redis' => $argv[1] ?? ini_get('sse.redis'),
]);
$hub->run();
