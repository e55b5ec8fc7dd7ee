<?php

declare(strict_types=1);

namespace Sse\Laravel\Publishing;

use Sse\Laravel\Contracts\Publisher;

/** Sse::to(…): topics that wait for their event. */
final readonly class PendingEvent
{
    /** @param  list<string>  $topics */
    public function __construct(private Publisher $publisher, private array $topics)
    {
    }

    /**
     * @return list<string> the event's id in each topic
     *
     * @see SseManager::publish()
     */
    public function publish(mixed $data, ?string $event = null): array
    {
        return $this->publisher->publish(array_map(fn (string $topic): Event => new Event($topic, $data, $event), $this->topics));
    }
}
