<?php

declare(strict_types=1);

namespace Sse\Laravel\Facades;

use Illuminate\Contracts\Config\Repository;
use Illuminate\Support\Facades\Facade;
use Sse\Laravel\SseManager;
use Sse\Laravel\Testing\SseFake;

/**
 * @method static \Sse\Laravel\Streaming\PendingStream stream(string|\Stringable|\BackedEnum|\Illuminate\Contracts\Broadcasting\HasBroadcastChannel ...$topics)
 * @method static \Sse\Laravel\Streaming\PendingStream follow(string|\Stringable|\BackedEnum|\Illuminate\Contracts\Broadcasting\HasBroadcastChannel ...$topics)
 * @method static string|list<string> publish(string|\Stringable|\BackedEnum|\Illuminate\Contracts\Broadcasting\HasBroadcastChannel|array<array-key, mixed> $topics, mixed $data, ?string $event = null)
 * @method static list<string> publishMany(iterable<array-key, array<array-key, mixed>> $events)
 * @method static \Sse\Laravel\Publishing\PendingEvent to(mixed ...$users)
 * @method static int disconnect(mixed $user)
 * @method static array<array-key, mixed> members(string|\Stringable|\Illuminate\Contracts\Broadcasting\HasBroadcastChannel $topic)
 * @method static string token(array<array-key, mixed> $topics, mixed $user = null, int $ttl = 300)
 * @method static \Sse\Laravel\SseManager onSignal(string $channel, \Closure $handler)
 * @method static \Sse\Laravel\SseManager onItem(string $list, \Closure $handler)
 * @method static void assertPublished(string|\Stringable|\BackedEnum|\Illuminate\Contracts\Broadcasting\HasBroadcastChannel $topic, ?string $event = null, ?\Closure $callback = null)
 * @method static void assertPublishedTimes(string|\Stringable|\BackedEnum|\Illuminate\Contracts\Broadcasting\HasBroadcastChannel $topic, int $times, ?string $event = null)
 * @method static void assertPublishedTo(mixed $user, ?string $event = null, ?\Closure $callback = null)
 * @method static void assertNotPublished(string|\Stringable|\BackedEnum|\Illuminate\Contracts\Broadcasting\HasBroadcastChannel $topic, ?string $event = null)
 * @method static void assertNothingPublished()
 * @method static void assertStreamed(string|\Stringable|\BackedEnum|\Illuminate\Contracts\Broadcasting\HasBroadcastChannel ...$topics)
 * @method static void assertStreamedTo(mixed $user)
 * @method static void assertNothingStreamed()
 * @method static void assertDisconnected(mixed $user)
 * @method static void assertNotDisconnected(mixed $user)
 * @method static list<\Sse\Laravel\Testing\Published> published(string|\Stringable|\BackedEnum|\Illuminate\Contracts\Broadcasting\HasBroadcastChannel|null $topic = null, ?string $event = null)
 *
 * @see SseManager
 * @see SseFake
 */
final class Sse extends Facade
{
    /** Events are recorded instead of published, and streams end after their initial rows: no Redis, no hub, no extension's doing. */
    public static function fake(): SseFake
    {
        $app = self::getFacadeApplication() ?? throw new \LogicException('Sse::fake() needs a booted application.');
        $fake = new SseFake($app, $app->make(Repository::class));
        self::swap($fake);

        return $fake;
    }

    protected static function getFacadeAccessor(): string
    {
        return SseManager::class;
    }
}
