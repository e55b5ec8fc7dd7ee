<?php

// Uses more CPU time than max_execution_time allows a page.
require __DIR__ . '/notes.inc';

$stream = new SseStream();
$stream->every(0.02, function (SseStream $stream): void {
    for ($until = hrtime(true) + 30_000_000; hrtime(true) < $until;);
    $stream->event(getrusage()['ru_utime.tv_sec']);
});
set_time_limit(1);
run_and_note($stream);
