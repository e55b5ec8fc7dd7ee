<?php

declare(strict_types=1);

namespace Sse\Laravel;

use BackedEnum;
use Closure;
use Illuminate\Contracts\Broadcasting\HasBroadcastChannel;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Container\Container;
use Illuminate\Http\Request;
use InvalidArgumentException;
use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Publishing\Event;
use Sse\Laravel\Publishing\PendingEvent;
use Sse\Laravel\Streaming\Mode;
use Sse\Laravel\Streaming\Opener;
use Sse\Laravel\Streaming\PendingStream;
use Sse\Laravel\Streaming\Plan;
use Stringable;

/** What the facade Sse stands for. */
class SseManager
{
    private ?Publisher $publisher = null;

    public function __construct(protected readonly Container $container, protected readonly Repository $config)
    {
    }

    /**
     * A response that streams what is published to the topics from now on, or from where the client was.
     *
     * Without topics: the topic of the request's user (sse.user_topic).
     */
    public function stream(string|Stringable|BackedEnum|HasBroadcastChannel ...$topics): PendingStream
    {
        $stream = $this->follow(...$topics);
        $user = $this->container->make(Request::class)->user();

        return $topics === [] && $user !== null ? $stream->follow($this->topics()->ofUser($user)) : $stream;
    }

    /** As stream(), but without topics it follows none: for streams whose sources are named by the methods of PendingStream. */
    public function follow(string|Stringable|BackedEnum|HasBroadcastChannel ...$topics): PendingStream
    {
        return (new PendingStream($this->container->make(Opener::class), $this->plan()))->follow(...$topics);
    }

    /**
     * Writes an event to the logs of topics and sends it to all who follow them.
     *
     * @param  string|Stringable|BackedEnum|HasBroadcastChannel|array<array-key, string|Stringable|BackedEnum|HasBroadcastChannel>  $topics
     * @param  mixed  $data  strings go out as they are, anything else as JSON
     * @return string|list<string> the event's id, which is its Last-Event-ID; one for each topic when topics are an array
     */
    public function publish(
        string|Stringable|BackedEnum|HasBroadcastChannel|array $topics,
        mixed $data,
        ?string $event = null,
    ): string|array {
        if (is_array($topics)) {
            return $this->publishMany(array_map(fn (mixed $topic): array => [$topic, $data, $event], array_values($topics)));
        }

        return $this->publisher()->publish([new Event(Topic::name($topics), $data, $event)])[0];
    }

    /**
     * Writes many events in one round trip to Redis. All are checked before the first is written.
     *
     * @param  iterable<array-key, array{0: string|Stringable|BackedEnum|HasBroadcastChannel, 1: mixed, 2?: ?string}>  $events
     *                                                                                                                         topic, data, event name
     * @return list<string> their ids, in the same order
     */
    public function publishMany(iterable $events): array
    {
        $checked = [];
        foreach ($events as $event) {
            $checked[] = new Event(Topic::name($event[0]), $event[1], $event[2] ?? null);
        }

        return $checked === [] ? [] : $this->publisher()->publish($checked);
    }

    /**
     * Sse::to($user)->publish($data, 'event'): to the topics of users.
     *
     * @param  mixed  ...$users  models, or ids
     */
    public function to(mixed ...$users): PendingEvent
    {
        return new PendingEvent($this->publisher(), array_map($this->topics()->ofUser(...), array_values($users)));
    }

    /**
     * Ends all streams of a user at once, as after a ban.
     *
     * @return int how many hubs heard it
     */
    public function disconnect(mixed $user): int
    {
        return $this->publisher()->disconnect(Topic::userId($user));
    }

    /**
     * Who is present in a topic.
     *
     * @return array<array-key, mixed> user id => member
     */
    public function members(string|Stringable|HasBroadcastChannel $topic): array
    {
        return $this->publisher()->members(Topic::name($topic));
    }

    /**
     * A signed token with which a client talks to the hub's listener directly, in an Authorization header: for apps that have no
     * session. What it grants cannot be taken back before it expires, but disconnect() ends the streams.
     *
     * @param  array<array-key, string|Stringable|BackedEnum|HasBroadcastChannel>  $topics
     * @param  int  $ttl  seconds
     */
    public function token(array $topics, mixed $user = null, int $ttl = 300): string
    {
        $secret = $this->config->get('sse.work.secret');
        if (! is_string($secret) || strlen($secret) < 32) {
            throw new InvalidConfiguration('Tokens are signed with sse.work.secret (SSE_SECRET), at least 32 bytes: '
                .'`php artisan sse:install` makes one.');
        }
        if ($topics === [] || $ttl < 1) {
            throw new InvalidArgumentException('A token grants at least one topic, for at least one second.');
        }

        return Token::sign(array_filter([
            'sub' => $user === null ? null : Topic::userId($user),
            'topics' => array_map(Topic::name(...), array_values($topics)),
            'iat' => time(),
            'exp' => time() + $ttl,
        ], fn (mixed $claim): bool => $claim !== null), $secret);
    }

    public function publisher(): Publisher
    {
        // Asked for every event: the container would take as long as the rest of a publish in PHP.
        return $this->publisher ??= $this->container->make(Publisher::class);
    }

    /** What sse:notify does with the signals of a channel or pattern, beside the classes in sse.notify.channels. */
    public function onSignal(string $channel, Closure $handler): static
    {
        $this->container->make(Notify\Handlers::class)->channel($channel, $handler);

        return $this;
    }

    /** The same for the items of a list. */
    public function onItem(string $list, Closure $handler): static
    {
        $this->container->make(Notify\Handlers::class)->list($list, $handler);

        return $this;
    }

    protected function topics(): Topic
    {
        return $this->container->make(Topic::class);
    }

    private function plan(): Plan
    {
        $plan = new Plan;
        $plan->mode = Mode::tryFrom($this->text('sse.mode'))
            ?? throw new InvalidConfiguration('sse.mode (SSE_MODE) must be auto, handoff, redirect or inline.');
        $plan->heartbeat = $this->number('sse.stream.heartbeat', 25);
        $plan->lifetime = $this->number('sse.stream.lifetime', 0);
        $plan->retry = (int) $this->number('sse.stream.retry', 3000);
        $user = $this->container->make(Request::class)->user();
        $plan->user = $user === null ? null : Topic::userId($user);

        return $plan;
    }

    private function text(string $key): string
    {
        $value = $this->config->get($key);

        return is_string($value) ? $value : '';
    }

    private function number(string $key, float $default): float
    {
        $value = $this->config->get($key, $default);
        if (! is_numeric($value) || $value < 0) {
            throw new InvalidConfiguration("{$key} must be a number, 0 or greater.");
        }

        return (float) $value;
    }
}
