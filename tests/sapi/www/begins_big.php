<?php

// A stream whose first event is longer than what the hub takes with a connection.
require __DIR__ . '/notes.inc';

run_and_note((new SseStream())->event(str_repeat('x', 200_000))->follow($_GET['follow']));
