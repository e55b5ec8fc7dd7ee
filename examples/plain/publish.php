<?php

// php publish.php TOPIC TEXT: writes an event for those who follow the topic.

declare(strict_types=1);

if (PHP_SAPI !== 'cli') {
    exit;
}

if ($argc !== 3) {
    fwrite(STDERR, "usage: php publish.php TOPIC TEXT\n");
    exit(2);
}

echo (new SsePublisher)->publish($argv[1], ['text' => $argv[2], 'time' => date('c')]), "\n";
