<?php

declare(strict_types=1);

namespace App\Listeners;

use App\Notifications\UserRegisteredNotification;
use App\Support\Demo;
use App\Support\History;
use App\Support\Inbox;
use App\Support\Outbox;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Notifications\DatabaseNotification;
use Illuminate\Notifications\Events\NotificationSent;
use Illuminate\Support\Facades\Redis;
use Sse\Laravel\Facades\Sse;

/**
 * Tells the streams about a notification as soon as its row is stored, in the way of each section. An application needs one
 * of these ways, not all.
 *
 * Queued, so that a Redis that is away for a moment neither undoes the row nor loses the announcement. What was announced
 * before a failure is announced again: pages drop an id that they have.
 */
final class AnnounceNotification implements ShouldQueue
{
    public int $tries = 10;

    public int $backoff = 2;

    public function __construct(private readonly Outbox $outbox)
    {
    }

    public function shouldQueue(NotificationSent $event): bool
    {
        return $event->channel === 'database' && $event->notification instanceof UserRegisteredNotification;
    }

    public function handle(NotificationSent $event): void
    {
        /** @var DatabaseNotification $row */
        $row = $event->response;
        $userId = $event->notifiable->id;
        $notification = Inbox::present($row);
        $json = json_encode($notification, JSON_THROW_ON_ERROR);

        // 3, 9 and 12: into the logs of the topics, where a tab that was away finds it.
        Sse::publishMany([
            ["inbox:{$userId}", $notification, 'notification'],
            ["notifications:{$userId}", $notification],
        ]);

        if (! Demo::hasRedis()) {
            // 7, without a Redis that could send a signal: this job does what sse:notify does.
            $this->outbox->announce($userId);

            return;
        }

        // 4: the flag moves.
        Redis::incr("user:{$userId}:notifications_version");

        // 5: the payload itself, to whoever listens now.
        Redis::publish("notifications:{$userId}", $json);

        // 6 and 7: only that there is something; the stream of 6 and the command sse:notify of 7 ask the database.
        Redis::publish("notifications:{$userId}:signal", 'new');

        // 10 and 11: to the workers.
        $message = json_encode(['user_id' => $userId] + $notification, JSON_THROW_ON_ERROR);
        Redis::publish('notif-channel', $message);
        Redis::rpush('notif-queue', $message);

        // 13: into the list that every tab reads.
        History::add($userId, $notification);
    }
}
