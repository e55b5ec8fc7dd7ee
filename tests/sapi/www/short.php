<?php

// The shortest stream: one event, then nothing is left to wait for; or, with ?redis, a subscription that is left at once.
$stream = (new SseStream())->event(['short' => true]);
if (isset($_GET['redis'])) {
    $stream->subscribe('short')->every(0.001, fn (SseStream $stream) => $stream->stop());
}
$stream->run();
