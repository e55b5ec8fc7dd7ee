<?php

declare(strict_types=1);

namespace Sse\Laravel\Notifications;

use Illuminate\Notifications\Notification;
use InvalidArgumentException;

/**
 * The notification channel `sse`: via() => ['database', 'sse'].
 *
 * Beside `database` it does nothing here: the event goes out when the row is committed (SendAfterDatabase), also where a queue sends
 * both channels in jobs of their own, in whatever order.
 */
final readonly class SseChannel
{
    public function __construct(private NotificationPublisher $publisher)
    {
    }

    /**
     * The topic is what routeNotificationForSse() of the notifiable says, else the user's own; the data what toSse(), toBroadcast()
     * or toArray() of the notification returns, with its id and type; the event's name is sseType(), else "notification".
     *
     * @throws InvalidArgumentException
     */
    public function send(mixed $notifiable, Notification $notification): void
    {
        $hasRow = is_object($notifiable) && method_exists($notifiable, 'notifications')
            && NotificationPublisher::goesOver('database', $notifiable, $notification);
        if (! $hasRow) {
            $this->publisher->publish($notifiable, $notification);
        }
    }
}
