<?php

// What `redis-cli PUBLISH news "…"` sends, to whoever listens now. A heartbeat each 10 seconds keeps proxies patient.

declare(strict_types=1);

$stream = new SseStream(['heartbeat' => 10]);
$stream->subscribe('news');
$stream->run();
