<?php

// A callback fails; nobody catches it.
$stream = (new SseStream())->event('before');
$fail = function (): never {
    throw new DomainException('the callback failed');
};
if (isset($_GET['queue'])) {
    $stream->queue($_GET['queue'])->onMessage($fail);
} else {
    $stream->every(0.05, $fail);
}
$stream->run();
