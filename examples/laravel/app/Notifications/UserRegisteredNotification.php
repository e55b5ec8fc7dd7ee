<?php

declare(strict_types=1);

namespace App\Notifications;

use App\Models\User;
use Illuminate\Bus\Queueable;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Notifications\Notification;

/**
 * Tells an administrator that somebody registered. Only the row is written here, by the queue worker; that there is a row
 * is told by AnnounceNotification, because a signal that overtakes its row finds nothing.
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
        return ['database'];
    }

    /**
     * @return array{title: string, message: string, at: int}
     */
    public function toDatabase(User $notifiable): array
    {
        return [
            'title' => 'New user',
            'message' => "{$this->user->name} has registered.",
            // Milliseconds: the page shows how long the way from the form through queue and database took.
            'at' => $this->registeredAt,
        ];
    }
}
