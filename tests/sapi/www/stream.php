<?php

// A stream of the sources that the query names, e.g. stream.php?follow=a,b&queue=jobs&options={"heartbeat":1}.
require __DIR__ . '/notes.inc';

$stream = new SseStream(json_decode($_GET['options'] ?? '{}', true, 512, JSON_THROW_ON_ERROR));

if (isset($_GET['hello'])) {
    $stream->event($_GET['hello']);
}
foreach (['subscribe', 'psubscribe', 'follow', 'queue'] as $source) {
    if (isset($_GET[$source])) {
        $stream->$source(...explode(',', $_GET[$source]));
    }
}
if (isset($_GET['history'])) {
    $stream->history($_GET['history'], (int) ($_GET['last'] ?? -1));
}
if (isset($_GET['stop'])) {
    $stream->stop();
}
run_and_note($stream);
