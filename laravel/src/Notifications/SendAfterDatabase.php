<?php

declare(strict_types=1);

namespace Sse\Laravel\Notifications;

use Illuminate\Contracts\Bus\Dispatcher;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Notifications\Events\NotificationSent;
use Illuminate\Support\Arr;
use Sse\Laravel\Publishing\Event;
use SseException;
use Throwable;

/**
 * Publishes a notification when its row is stored and committed, so that no client hears of a row that it cannot find.
 *
 * @internal
 */
final readonly class SendAfterDatabase
{
    public function __construct(
        private NotificationPublisher $publisher,
        private \Sse\Laravel\Contracts\Publisher $events,
        private Dispatcher $jobs,
        private ExceptionHandler $exceptions,
    ) {
    }

    public function handle(NotificationSent $sent): void
    {
        $channels = method_exists($sent->notification, 'via') ? Arr::wrap($sent->notification->via($sent->notifiable)) : [];
        if ($sent->channel !== 'database' || ! in_array('sse', $channels, true)) {
            return;
        }
        if (method_exists($sent->notification, 'shouldSend') && $sent->notification->shouldSend($sent->notifiable, 'sse') === false) {
            return;
        }
        $event = $this->publisher->event($sent->notifiable, $sent->notification);
        $row = $sent->response;
        if ($row instanceof Model && $row->getConnection()->transactionLevel() > 0) {
            $row->getConnection()->afterCommit(fn () => $this->publish($event));
        } else {
            $this->publish($event);
        }
    }

    /** The row is there whatever happens now: a Redis that is away must not undo it, nor lose the event. */
    private function publish(Event $event): void
    {
        try {
            $this->events->publish([$event]);
        } catch (SseException $e) {
            $this->exceptions->report($e);
            $this->publishLater($event);
        }
    }

    private function publishLater(Event $event): void
    {
        try {
            $this->jobs->dispatch(new PublishLater($event));
        } catch (Throwable $e) {
            $this->exceptions->report($e);
        }
    }
}
