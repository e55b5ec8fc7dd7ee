<?php

declare(strict_types=1);

namespace App\Support;

use App\Models\User;
use Illuminate\Notifications\DatabaseNotification;
use Sse\Laravel\Facades\Sse;

/**
 * Section 7's producer: the rows that no stream has heard of yet, into the topics of their users.
 *
 * `announced_at` says which these are, so a signal that was lost is made good by the next one, and a worker that was away
 * finds all that was stored meanwhile. A worker that is killed between the two steps announces a row again: pages drop an id
 * that they have.
 */
final class Outbox
{
    /** As many rows as one query brings. */
    private const ROWS = 500;

    public static function topic(int $userId): string
    {
        return "notified:{$userId}";
    }

    /**
     * One query, however many streams the user has open.
     *
     * @param  int|null  $userId  null: all users
     * @return int how many rows were announced
     */
    public function announce(?int $userId = null): int
    {
        $rows = DatabaseNotification::query()
            ->where('notifiable_type', (new User)->getMorphClass())
            ->when($userId !== null, fn ($query) => $query->where('notifiable_id', $userId))
            ->whereNull('announced_at')
            ->oldest()
            ->limit(self::ROWS)
            ->get();

        // `created_at` counts seconds; rows of one second have no order in the database.
        Sse::publishMany($rows->sortBy(fn (DatabaseNotification $row): int => Inbox::present($row)['at'])->map(
            fn (DatabaseNotification $row): array => [self::topic($row->notifiable_id), Inbox::present($row), 'notification'],
        ));

        if ($rows->isNotEmpty()) {
            DatabaseNotification::query()->whereKey($rows->modelKeys())->update(['announced_at' => now()]);
        }

        return $rows->count();
    }
}
