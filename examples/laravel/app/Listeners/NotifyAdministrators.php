<?php

declare(strict_types=1);

namespace App\Listeners;

use App\Models\User;
use App\Notifications\UserRegisteredNotification;
use Illuminate\Auth\Events\Registered;
use Illuminate\Support\Facades\Notification;

final class NotifyAdministrators
{
    public function handle(Registered $event): void
    {
        if ($event->user instanceof User) {
            Notification::send(
                User::query()->where('is_admin', true)->get(),
                new UserRegisteredNotification($event->user, (int) now()->getPreciseTimestamp(3)),
            );
        }
    }
}
