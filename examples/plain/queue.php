<?php

// Items of a list, each to one reader: `redis-cli RPUSH jobs "…"`. worker.php fills it as well.

declare(strict_types=1);

$stream = new SseStream;
$stream->queue('jobs');
$stream->run();
