<?php

// php worker.php: waits for messages of the channel "work" and puts each into the list that queue.php takes from. Ctrl-C ends it.

declare(strict_types=1);

if (PHP_SAPI !== 'cli') {
    exit;
}

$worker = new RedisSubscriber;
$worker->onSignal(SIGINT, fn () => $worker->stop());
$worker->onSignal(SIGTERM, fn () => $worker->stop());
$worker->subscribe('work', function (string $payload) use ($worker): void {
    $length = $worker->command('RPUSH', 'jobs', strtoupper($payload));
    echo date('H:i:s'), " {$payload}: {$length} waiting\n";
});
$worker->run();
