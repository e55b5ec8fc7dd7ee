<?php

require __DIR__ . '/notes.inc';

register_shutdown_function(fn () => note(['page' => 'exit', 'shutdown' => true]));
$stream = (new SseStream())->event('before');
if (isset($_GET['subscribe'])) {
    $stream->subscribe($_GET['subscribe'])->onMessage(fn () => exit);
} else {
    $stream->every(0.05, fn () => exit);
}
$stream->run();
note(['page' => 'exit', 'returned' => true]);
