<?php

// One event of `bytes` bytes, sent by the page itself or published to a topic.
$payload = str_repeat('0123456789abcdef', intdiv((int) $_GET['bytes'], 16));
if (isset($_GET['topic'])) {
    echo (new SsePublisher())->publish($_GET['topic'], $payload);
} else {
    $stream = (new SseStream())->event($payload);
    $stream->stop();
    $stream->run();
}
