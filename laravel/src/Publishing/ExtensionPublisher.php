<?php

declare(strict_types=1);

namespace Sse\Laravel\Publishing;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\Redis\RedisSettings;
use SsePublisher;

/** Publishes through the extension, over one Redis connection that is opened when it is first needed. */
final class ExtensionPublisher implements Publisher
{
    private ?SsePublisher $publisher = null;

    public function __construct(private readonly Repository $config, private readonly RedisSettings $redis)
    {
    }

    public function publish(array $events): array
    {
        if (count($events) === 1) {
            return [$this->publisher()->publish($events[0]->topic, $events[0]->data, $events[0]->name)];
        }

        return array_values($this->publisher()->publishMany(
            array_map(fn (Event $event): array => [$event->topic, $event->data, $event->name], $events),
        ));
    }

    public function ticket(array $subscription, int $ttl = 30): string
    {
        return $this->publisher()->ticket($subscription, $ttl);
    }

    public function disconnect(string $user): int
    {
        return $this->publisher()->disconnect($user);
    }

    public function join(string $stream, array $subscription): int
    {
        return $this->publisher()->join($stream, $subscription);
    }

    public function leave(string $stream, array $names): int
    {
        return $this->publisher()->leave($stream, $names);
    }

    public function members(string $topic): array
    {
        return $this->publisher()->members($topic);
    }

    /** Closes the connection; the next call opens another. */
    public function close(): void
    {
        $this->publisher = null;
    }

    private function publisher(): SsePublisher
    {
        if ($this->publisher === null) {
            $hub = $this->config->get('sse.hub');
            // With "memory:" the publisher looks for the hub where this setting says.
            if ($this->redis->isMemory() && is_string($hub)) {
                ini_set('sse.hub', $hub);
            }
            $this->publisher = new SsePublisher($this->redis->resolve());
        }

        return $this->publisher;
    }
}
