<?php

// The shortest stream: one event and the end; with ?redis after a subscription.
$stream = (new SseStream())->event(['short' => true]);
if (isset($_GET['redis'])) {
    $stream->subscribe('short')->every(0.001, fn (SseStream $stream) => $stream->stop());
} else {
    $stream->stop();
}
$stream->run();
