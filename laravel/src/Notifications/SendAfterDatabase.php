<?php

declare(strict_types=1);

namespace Sse\Laravel\Notifications;

use Illuminate\Contracts\Bus\Dispatcher;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Notifications\Events\NotificationSent;
use Sse\Laravel\Contracts\Publisher;
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
        private Publisher $events,
        private Dispatcher $jobs,
        private ExceptionHandler $exceptions,
    ) {
    }

    public function handle(NotificationSent $sent): void
    {
        if ($sent->channel !== 'database' || ! NotificationPublisher::goesOver('sse', $sent->notifiable, $sent->notification)) {
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
