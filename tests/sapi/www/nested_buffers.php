<?php

// What frameworks and careless includes leave behind: buffers in buffers, a type and a length of the page that was planned.
require __DIR__ . '/notes.inc';

header('Content-Type: text/html');
header('Content-Length: 7');
header('X-Kept: yes');
ob_start();
ob_start(fn (string $bytes): string => strtoupper($bytes));
ob_start(null, 4096);
run_and_note((new SseStream())->event('first')->subscribe('quiet'));
