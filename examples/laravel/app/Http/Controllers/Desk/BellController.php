<?php

declare(strict_types=1);

namespace App\Http\Controllers\Desk;

use App\Support\Inbox;
use Illuminate\Http\Request;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;

/**
 * The bell: the unread notifications that the database holds, then each new one. The notification channel `sse` publishes them to
 * the user's topic when their rows are committed, and ReadController says there which were read.
 *
 * A browser that comes back after a broken connection continues from its id, and the database is not asked.
 */
final class BellController
{
    public function __invoke(Request $request): PendingStream
    {
        $user = $request->user();

        return Sse::stream()
            ->initial(fn (): array => [['unread' => $user->unreadNotifications()->count()]], 'begin')
            ->initial(fn (): array => array_column((new Inbox($user))->unsent(), 'data'), 'notification');
    }
}
