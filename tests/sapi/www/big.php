<?php

// One event of `bytes` bytes, sent by the page itself or published to a topic.
$payload = str_repeat('0123456789abcdef', intdiv((int) $_GET['bytes'], 16));
if (isset($_GET['topic'])) {
    // Redis writes it to the disk before it answers, which a busy machine may take its time for.
    echo (new SsePublisher(ini_get('sse.redis') . '?timeout=30&read_timeout=30'))->publish($_GET['topic'], $payload);
} else {
    $stream = (new SseStream())->event($payload);
    $stream->stop();
    $stream->run();
}
