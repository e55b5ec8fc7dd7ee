<?php

declare(strict_types=1);

namespace App\Support;

use App\Models\User;
use Carbon\CarbonInterface;
use Illuminate\Notifications\DatabaseNotification;
use Illuminate\Support\Arr;

/**
 * A user's unread notifications as one stream sends them: each once, oldest first.
 */
final class Inbox
{
    /** What a stream starts with; the rest of a long absence belongs on a page with a pager. */
    private const NEWEST = 100;

    /** How much later than its `created_at` a row may become visible: transactions that take long, clocks that differ. */
    private const LATE_SECONDS = 60;

    private ?CarbonInterface $since = null;

    /** @var array<string, true> by id */
    private array $sent = [];

    public function __construct(private readonly User $user)
    {
    }

    /**
     * The events of the unread rows that were not returned before.
     *
     * @return list<array{data: array<string, mixed>, event: string}>
     */
    public function unsent(): array
    {
        $rows = $this->user->unreadNotifications()
            ->when($this->since, fn ($query) => $query->where('created_at', '>=', $this->since))
            ->when($this->since === null, fn ($query) => $query->limit(self::NEWEST));
        $this->since ??= now()->subSeconds(self::LATE_SECONDS);

        $events = [];

        foreach ($rows->get()->reverse() as $row) {
            if (! isset($this->sent[$row->id])) {
                $this->sent[$row->id] = true;
                $events[] = ['data' => self::present($row), 'event' => 'notification'];
            }
        }

        // `created_at` counts seconds; rows of one second have no order in the database.
        return array_values(Arr::sort($events, fn (array $event): int => $event['data']['at']));
    }

    /**
     * @return array{id: string, title: string, message: string, at: int}
     */
    public static function present(DatabaseNotification $row): array
    {
        /** @var array{title?: string, message?: string, at?: int} $data */
        $data = $row->data;

        return [
            'id' => $row->id,
            'title' => $data['title'] ?? '',
            'message' => $data['message'] ?? '',
            'at' => $data['at'] ?? $row->created_at->getTimestampMs(),
        ];
    }
}
