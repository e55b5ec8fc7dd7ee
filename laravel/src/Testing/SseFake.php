<?php

declare(strict_types=1);

namespace Sse\Laravel\Testing;

use BackedEnum;
use Closure;
use Illuminate\Contracts\Broadcasting\HasBroadcastChannel;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Container\Container;
use PHPUnit\Framework\Assert;
use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\SseManager;
use Sse\Laravel\Streaming\Opener;
use Sse\Laravel\Streaming\Plan;
use Sse\Laravel\Topic;
use Stringable;

/**
 * Sse::fake(): records what is published, by the facade as well as by broadcasts and notifications, which streams are opened, and
 * who is disconnected.
 */
final class SseFake extends SseManager
{
    private readonly FakePublisher $fakePublisher;

    private readonly FakeOpener $opener;

    public function __construct(Container $container, Repository $config)
    {
        parent::__construct($container, $config);
        $this->fakePublisher = new FakePublisher;
        $this->opener = new FakeOpener;
        $container->instance(Publisher::class, $this->fakePublisher);
        $container->instance(Opener::class, $this->opener);
    }

    /**
     * What was published, oldest first.
     *
     * @return list<Published>
     */
    public function published(string|Stringable|BackedEnum|HasBroadcastChannel|null $topic = null, ?string $event = null): array
    {
        $name = $topic === null ? null : Topic::name($topic);

        return array_values(array_filter(
            $this->fakePublisher->published,
            fn (Published $one): bool => ($name === null || $one->topic === $name) && ($event === null || $one->event === $event),
        ));
    }

    /** @param  null|Closure(Published): bool  $callback */
    public function assertPublished(string|Stringable|BackedEnum|HasBroadcastChannel $topic, ?string $event = null, ?Closure $callback = null): void
    {
        $found = $this->published($topic, $event);
        $what = self::what(Topic::name($topic), $event);
        Assert::assertNotEmpty($found, "{$what} was not published. ".$this->whatWas());
        if ($callback !== null) {
            Assert::assertNotEmpty(array_filter($found, $callback), "{$what} was published, but never with what the callback looks for. "
                .$this->whatWas());
        }
    }

    public function assertPublishedTimes(string|Stringable|BackedEnum|HasBroadcastChannel $topic, int $times, ?string $event = null): void
    {
        $count = count($this->published($topic, $event));
        Assert::assertSame($times, $count, self::what(Topic::name($topic), $event)." was published {$count} times instead of {$times}.");
    }

    /** @param  null|Closure(Published): bool  $callback */
    public function assertPublishedTo(mixed $user, ?string $event = null, ?Closure $callback = null): void
    {
        $this->assertPublished($this->topics()->ofUser($user), $event, $callback);
    }

    public function assertNotPublished(string|Stringable|BackedEnum|HasBroadcastChannel $topic, ?string $event = null): void
    {
        Assert::assertEmpty($this->published($topic, $event), self::what(Topic::name($topic), $event).' was published.');
    }

    public function assertNothingPublished(): void
    {
        Assert::assertEmpty($this->fakePublisher->published, 'Something was published. '.$this->whatWas());
    }

    /** A stream was opened that follows all of these topics. */
    public function assertStreamed(string|Stringable|BackedEnum|HasBroadcastChannel ...$topics): void
    {
        $names = array_map(Topic::name(...), array_values($topics));
        $found = array_filter($this->opener->opened, fn (Plan $plan): bool => array_diff($names, $plan->topics()) === []);
        $opened = array_map(fn (Plan $plan): string => '['.implode(', ', $plan->topics()).']', $this->opener->opened);
        Assert::assertNotEmpty($found, 'No stream on ['.implode(', ', $names).'] was opened. '
            .($opened === [] ? 'None was.' : 'There were streams on '.implode(', ', $opened).'.'));
    }

    /** A stream was opened for this user. */
    public function assertStreamedTo(mixed $user): void
    {
        $id = Topic::userId($user);
        $users = array_map(fn (Plan $plan): string => $plan->user ?? '(nobody)', $this->opener->opened);
        Assert::assertContains($id, $users, "No stream was opened for user {$id}. "
            .($users === [] ? 'None was opened.' : 'There were streams for '.implode(', ', $users).'.'));
    }

    public function assertNothingStreamed(): void
    {
        Assert::assertEmpty($this->opener->opened, 'A stream was opened.');
    }

    public function assertDisconnected(mixed $user): void
    {
        $id = Topic::userId($user);
        Assert::assertContains($id, $this->fakePublisher->disconnected, "The streams of user {$id} were not ended.");
    }

    public function assertNotDisconnected(mixed $user): void
    {
        $id = Topic::userId($user);
        Assert::assertNotContains($id, $this->fakePublisher->disconnected, "The streams of user {$id} were ended.");
    }

    private static function what(string $topic, ?string $event): string
    {
        return $event === null ? "An event for topic \"{$topic}\"" : "The event \"{$event}\" for topic \"{$topic}\"";
    }

    private function whatWas(): string
    {
        $lines = array_map(
            fn (Published $one): string => "\n  {$one->id} {$one->topic} ".($one->event ?? '(no name)').' '.json_encode($one->data),
            $this->fakePublisher->published,
        );

        return $lines === [] ? 'Nothing was published.' : 'Published were:'.implode('', $lines);
    }
}
