<?php

// The worker writes the first event, then hands the connection over: the log says after how many milliseconds it was free. The
// stream goes on with what publish.php writes to the topic "news". Without a hub the worker serves it, and the log says why.

declare(strict_types=1);

$began = microtime(true);
$stream = new SseStream(['mode' => 'handoff', 'heartbeat' => 10]);
$stream->event(['worker' => getmypid()], 'worker');
$stream->follow('news');
$reason = $stream->run();

error_log(sprintf('worker %d: %s after %.1f ms', getmypid(), $reason, (microtime(true) - $began) * 1000));
