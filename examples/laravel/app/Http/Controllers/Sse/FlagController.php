<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use App\Support\Inbox;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Redis;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;
use SseStream;

/**
 * Section 4, a flag in Redis that says whether the database is worth a query.
 *
 * A flag that is read and then deleted reaches one tab, and what is stored between the two commands is lost. Here the flag
 * is a number that each notification raises, and each tab remembers the number that it has seen: nothing is deleted. One GET
 * per second and tab remains; section 6 does without.
 */
final class FlagController
{
    public function __invoke(Request $request): PendingStream
    {
        $user = $request->user();
        $inbox = new Inbox($user);
        $seen = null;

        return Sse::follow()->every(1.0, function (SseStream $stream) use ($user, $inbox, &$seen): void {
            // Read before the query: a row that is stored in between raises the number again.
            $version = (int) Redis::get("user:{$user->id}:notifications_version");

            if ($version === $seen) {
                return;
            }

            foreach ($inbox->unsent() as $event) {
                $stream->event(...$event);
            }

            $seen = $version;
        });
    }
}
