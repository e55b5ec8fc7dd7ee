<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use App\Support\Inbox;
use Illuminate\Http\Request;
use SseStream;
use Symfony\Component\HttpFoundation\StreamedResponse;

/**
 * Section 3, data in the database: the unread rows, then each new one as it is stored.
 *
 * The database is asked once, not each second. cursor() notes how far the topic's log reaches *before* the query, and
 * follow() starts there, so that no row falls between the two. A row may come twice that way; the page knows it by its id.
 *
 * A row is not read because it was sent: with `read_at` set here a second tab would see nothing, and a connection that
 * breaks would lose it. The browser says what was read (ReadController).
 */
final class DatabaseController
{
    public function __invoke(Request $request): StreamedResponse
    {
        $user = $request->user();

        return response()->stream(function () use ($user): void {
            $stream = new SseStream(['redis' => config('sse.redis')]);
            $topic = "inbox:{$user->id}";

            // A browser that comes back has an id of the log, which holds all that came after it.
            if ($stream->lastEventId() === null) {
                $cursor = $stream->cursor($topic);

                foreach ((new Inbox($user))->unsent() as $event) {
                    $stream->event(...$event);
                }

                // Gives the browser an id to come back with, even when no event follows.
                $stream->event(['user' => $user->name], 'ready', $cursor);
            }

            $stream->follow($topic);
            $stream->run();
        });
    }
}
