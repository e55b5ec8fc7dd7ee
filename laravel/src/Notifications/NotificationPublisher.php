<?php

declare(strict_types=1);

namespace Sse\Laravel\Notifications;

use BackedEnum;
use Illuminate\Contracts\Auth\Authenticatable;
use Illuminate\Contracts\Broadcasting\HasBroadcastChannel;
use Illuminate\Contracts\Container\Container;
use Illuminate\Notifications\Messages\BroadcastMessage;
use Illuminate\Notifications\Notification;
use InvalidArgumentException;
use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\Publishing\Event;
use Sse\Laravel\Topic;
use Stringable;

/** @internal */
final readonly class NotificationPublisher
{
    /** The container and not the publisher: a test may put a fake there later. */
    public function __construct(private Container $container, private Topic $topics)
    {
    }

    /** Whether a notification is sent over a channel, as far as it says so itself. */
    public static function goesOver(string $channel, mixed $notifiable, Notification $notification): bool
    {
        $channels = method_exists($notification, 'via') ? (array) $notification->via($notifiable) : [];

        return in_array($channel, $channels, true)
            && (! method_exists($notification, 'shouldSend') || $notification->shouldSend($notifiable, $channel) !== false);
    }

    /** @throws InvalidArgumentException */
    public function publish(mixed $notifiable, Notification $notification): void
    {
        $this->container->make(Publisher::class)->publish([$this->event($notifiable, $notification)]);
    }

    /** @throws InvalidArgumentException */
    public function event(mixed $notifiable, Notification $notification): Event
    {
        $type = method_exists($notification, 'sseType') ? $notification->sseType() : null;

        return new Event(
            $this->topic($notifiable, $notification),
            ['id' => $notification->id, 'type' => $notification::class] + $this->data($notifiable, $notification),
            is_string($type) ? $type : 'notification',
        );
    }

    private function topic(mixed $notifiable, Notification $notification): string
    {
        $topic = is_object($notifiable) && method_exists($notifiable, 'routeNotificationFor')
            ? $notifiable->routeNotificationFor('sse', $notification)
            : null;

        return match (true) {
            $topic === null, $topic === '' => $notifiable instanceof HasBroadcastChannel && ! $notifiable instanceof Authenticatable
                ? Topic::name($notifiable) // a team 7 is not the user 7
                : $this->topics->ofUser($notifiable),
            is_string($topic), $topic instanceof Stringable, $topic instanceof BackedEnum, $topic instanceof HasBroadcastChannel => Topic::name($topic),
            default => throw new InvalidArgumentException('routeNotificationForSse() of '.get_debug_type($notifiable).' must return one topic (a '
                .'string, a channel, an enum or a model), or null for the default; it returned '.get_debug_type($topic).'.'),
        };
    }

    /** @return array<array-key, mixed> */
    private function data(mixed $notifiable, Notification $notification): array
    {
        foreach (['toSse', 'toBroadcast', 'toArray'] as $method) {
            if (method_exists($notification, $method)) {
                $data = $notification->{$method}($notifiable);

                return $data instanceof BroadcastMessage ? $data->data : (array) $data;
            }
        }
        throw new InvalidArgumentException($notification::class.' needs a method toSse(), toBroadcast() or toArray() that returns what '
            .'the client is to get.');
    }
}
