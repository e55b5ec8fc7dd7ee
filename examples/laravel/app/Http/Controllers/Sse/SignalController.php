<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use App\Support\Inbox;
use Illuminate\Http\Request;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;
use SseStream;

/**
 * Section 6, Pub/Sub as a signal, the data from the database.
 *
 * `latest()->first()` sends one row when two arrive together, and `read_at` hides a row from the second tab. Here each signal
 * sends every unread row that this stream has not sent, so a signal that was lost is made good by the next one, and a slow
 * timer makes good the last one: Pub/Sub alone cannot promise delivery. Section 3 needs no such timer.
 */
final class SignalController
{
    private const CATCH_UP_SECONDS = 15.0;

    public function __invoke(Request $request): PendingStream
    {
        $user = $request->user();
        $inbox = new Inbox($user);
        $catchUp = function (SseStream $stream) use ($inbox): void {
            foreach ($inbox->unsent() as $event) {
                $stream->event(...$event);
            }
        };

        return Sse::follow()
            ->first($catchUp)
            ->subscribe("notifications:{$user->id}:signal")
            ->map(fn (): array => $inbox->unsent())
            ->every(self::CATCH_UP_SECONDS, $catchUp);
    }
}
