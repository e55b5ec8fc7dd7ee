<?php

// The time, each second. The stream ends when the browser leaves.

declare(strict_types=1);

$stream = new SseStream;
$stream->every(1.0, fn (SseStream $stream) => $stream->event(['time' => date('c')]));
$stream->run();
