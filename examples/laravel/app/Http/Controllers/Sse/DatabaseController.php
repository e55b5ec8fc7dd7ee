<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use App\Support\Inbox;
use Illuminate\Http\Request;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;

/**
 * Section 3, data in the database: the unread rows, then each new one as it is stored.
 *
 * The database is asked once, not each second. initial() notes how far the topic's log reaches *before* the query, and the
 * stream continues there, so that no row falls between the two. A row may come twice that way; the page knows it by its id.
 * A browser that comes back has an id of the log, which holds all that came after it: then nothing is asked.
 *
 * A row is not read because it was sent: with `read_at` set here a second tab would see nothing, and a connection that
 * breaks would lose it. The browser says what was read (ReadController).
 */
final class DatabaseController
{
    public function __invoke(Request $request): PendingStream
    {
        $user = $request->user();

        return Sse::stream("inbox:{$user->id}")
            ->initial(fn (): array => array_column((new Inbox($user))->unsent(), 'data'), 'notification');
    }
}
