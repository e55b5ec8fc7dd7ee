<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use SseStream;
use Symfony\Component\HttpFoundation\StreamedResponse;

/**
 * Section 1, the basics: the time, each second.
 *
 * Instead of `while (true) { echo …; flush(); sleep(1); }` the stream calls back. It stops when the browser leaves, which the
 * endless loop does not notice, and sends its own headers.
 */
final class BasicsController
{
    public function __invoke(): StreamedResponse
    {
        return response()->stream(function (): void {
            $stream = new SseStream;
            $stream->every(1.0, fn (SseStream $stream) => $stream->event([
                'time' => now()->toIso8601ZuluString(),
                'at' => now()->getTimestampMs(),
            ]));
            $stream->run();
        });
    }
}
