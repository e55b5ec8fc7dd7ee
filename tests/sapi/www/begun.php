<?php

// The response has begun as something else before run().
require __DIR__ . '/notes.inc';

echo 'a page';
while (ob_get_level() > 0) {
    ob_end_flush();
}
flush();
run_and_note((new SseStream())->event('never'));
