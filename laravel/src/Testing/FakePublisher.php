<?php

declare(strict_types=1);

namespace Sse\Laravel\Testing;

use Sse\Laravel\Contracts\Publisher;

/**
 * Writes nothing down but what it was asked.
 *
 * @internal
 */
final class FakePublisher implements Publisher
{
    /** @var list<Published> */
    public array $published = [];

    /** @var list<string> */
    public array $disconnected = [];

    public function publish(array $events): array
    {
        $ids = [];
        foreach ($events as $event) {
            $ids[] = $id = count($this->published) + 1 .'-0';
            $this->published[] = new Published($id, $event->topic, $event->decoded(), $event->name);
        }

        return $ids;
    }

    public function ticket(array $subscription, int $ttl = 30): string
    {
        return str_repeat('x', 43);
    }

    public function disconnect(string $user): int
    {
        $this->disconnected[] = $user;

        return 1;
    }

    public function join(string $stream, array $subscription): int
    {
        return 1;
    }

    public function leave(string $stream, array $names): int
    {
        return 1;
    }

    public function members(string $topic): array
    {
        return [];
    }
}
