<?php

declare(strict_types=1);

namespace App\Notifications;

use App\Models\User;
use Illuminate\Bus\Queueable;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Notifications\Notification;

/**
 * Tells an administrator that somebody registered. The row is written by the queue worker; the channel `sse` tells the bell when it
 * is committed, and AnnounceNotification the sections: a signal that overtakes its row finds nothing.
 */
final class UserRegisteredNotification extends Notification implements ShouldQueue
{
    use Queueable;

    public function __construct(private readonly User $user, private readonly int $registeredAt)
    {
    }

    /**
     * @return list<string>
     */
    public function via(User $notifiable): array
    {
        return ['database', 'sse'];
    }

    /**
     * @return array{title: string, message: string, at: int}
     */
    public function toArray(User $notifiable): array
    {
        return [
            'title' => 'New user',
            'message' => "{$this->user->name} has registered.",
            // Milliseconds: the page shows how long the way from the form through queue and database took.
            'at' => $this->registeredAt,
        ];
    }
}
