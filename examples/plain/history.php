<?php

// The items of a list that the browser has not seen, and then what is added; nothing is removed. The producer:
//     redis-cli RPUSH log '{"id":"1","text":"hello"}'; redis-cli PUBLISH log:added '{"id":"1","text":"hello"}'

declare(strict_types=1);

$stream = new SseStream;
$stream->history('log');
$stream->subscribe('log:added');
$stream->onMessage(fn (string $payload): array => [
    'data' => $payload,
    'id' => json_decode($payload, true)['id'] ?? null,
]);
$stream->run();
