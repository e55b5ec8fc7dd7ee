<?php

// A timer that sends numbers and stops by itself.
require __DIR__ . '/notes.inc';

$number = 0;
$stream = new SseStream();
$stream->every(0.1, function (SseStream $stream) use (&$number): void {
    $stream->event(++$number);
    if ($number === 3) {
        $stream->stop();
    }
});
run_and_note($stream);
