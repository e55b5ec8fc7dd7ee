<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use Illuminate\Http\Request;
use SseStream;
use Symfony\Component\HttpFoundation\StreamedResponse;

/**
 * Section 12, the heartbeat: `event: ping`, so that no proxy takes a quiet stream for a dead one.
 *
 * It is on by default, every 25 seconds, beside whatever the stream carries; `sleep(25)` would hold the messages back. Here
 * it beats every 2 seconds, to be seen.
 */
final class HeartbeatController
{
    public function __invoke(Request $request): StreamedResponse
    {
        $topic = "notifications:{$request->user()->id}";

        return response()->stream(function () use ($topic): void {
            $stream = new SseStream(['redis' => config('sse.redis'), 'heartbeat' => 2]);
            $stream->follow($topic);
            $stream->run();
        });
    }
}
