<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use Illuminate\Http\Request;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;

/**
 * Section 12, the heartbeat: `event: ping`, so that no proxy takes a quiet stream for a dead one.
 *
 * It is on by default, every 25 seconds, beside whatever the stream carries; `sleep(25)` would hold the messages back. Here
 * it beats every 2 seconds, to be seen.
 */
final class HeartbeatController
{
    public function __invoke(Request $request): PendingStream
    {
        return Sse::stream("notifications:{$request->user()->id}")->heartbeat(2);
    }
}
