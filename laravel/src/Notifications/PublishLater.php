<?php

declare(strict_types=1);

namespace Sse\Laravel\Notifications;

use Illuminate\Bus\Queueable;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Queue\InteractsWithQueue;
use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\Publishing\Event;

/** An event that could not be published when its row was stored. */
final class PublishLater implements ShouldQueue
{
    use InteractsWithQueue;
    use Queueable;

    public int $tries = 12;

    public function __construct(public readonly Event $event)
    {
    }

    public function handle(Publisher $publisher): void
    {
        $publisher->publish([$this->event]);
    }

    /** @return list<int> seconds */
    public function backoff(): array
    {
        return [1, 2, 5, 10, 30, 60, 120, 300];
    }
}
