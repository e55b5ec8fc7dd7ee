<?php

// onMessage(): turns, drops and multiplies what PUBLISH sends.
require __DIR__ . '/notes.inc';

$stream = new SseStream();
$stream->subscribe($_GET['subscribe'])->onMessage(fn (string $payload, string $source): ?array => match ($payload) {
    'drop' => null,
    'twice' => [['data' => 'one'], ['data' => 'two']],
    default => ['data' => ['mapped' => $payload, 'source' => $source], 'event' => 'note', 'id' => "id-$payload"],
});
run_and_note($stream);
