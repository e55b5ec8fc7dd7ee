<?php

declare(strict_types=1);

namespace Sse\Laravel\Listeners;

use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\Publishing\ExtensionPublisher;

/** Closes the Redis connection of a worker that stops: Octane's and the queue's. */
final readonly class CloseConnections
{
    /** By name: Octane need not be installed. */
    public const EVENTS = ['Laravel\Octane\Events\WorkerStopping', 'Illuminate\Queue\Events\WorkerStopping'];

    public function __construct(private Publisher $publisher)
    {
    }

    public function handle(): void
    {
        if ($this->publisher instanceof ExtensionPublisher) {
            $this->publisher->close();
        }
    }
}
