<?php

declare(strict_types=1);

namespace Sse\Laravel\Streaming;

use BackedEnum;
use Closure;
use Illuminate\Contracts\Broadcasting\HasBroadcastChannel;
use Illuminate\Contracts\Support\Responsable;
use InvalidArgumentException;
use Sse\Laravel\Topic;
use SseStream;
use Stringable;
use Symfony\Component\HttpFoundation\Response;

/**
 * Sse::stream(…): a response that a route returns. Which way it goes (handed over to the hub, redirected to it, or served by the
 * worker) is decided when it is sent.
 */
final class PendingStream implements Responsable
{
    /** @internal Sse::stream() makes it */
    public function __construct(private readonly Opener $opener, private readonly Plan $plan)
    {
    }

    /** Follows topics: in order, resumable, from a log. */
    public function follow(string|Stringable|BackedEnum|HasBroadcastChannel ...$topics): self
    {
        array_push($this->plan->follow, ...array_map(Topic::name(...), array_values($topics)));

        return $this;
    }

    /** Forwards what anyone PUBLISHes to plain channels, at most once. */
    public function subscribe(string ...$channels): self
    {
        array_push($this->plan->subscribe, ...array_map(Topic::name(...), array_values($channels)));

        return $this;
    }

    /** Like subscribe(), for glob-style patterns. */
    public function psubscribe(string ...$patterns): self
    {
        array_push($this->plan->psubscribe, ...array_map(Topic::name(...), array_values($patterns)));

        return $this;
    }

    /** Takes items from lists; each goes to one reader (a hub counts as one). */
    public function queue(string ...$lists): self
    {
        array_push($this->plan->queue, ...array_map(Topic::name(...), array_values($lists)));

        return $this;
    }

    /** Sends a list's items, without removing them. Holds the worker. */
    public function history(string $list, int $last = -1): self
    {
        $this->plan->history[] = [Topic::name($list), $last];

        return $this;
    }

    /** Forwards what Laravel's own `redis` driver broadcasts, with the channel's name in it. */
    public function broadcast(string ...$channels): self
    {
        array_push($this->plan->broadcast, ...array_map(Topic::name(...), array_values($channels)));

        return $this;
    }

    /**
     * Follows a topic, and while the stream is open the user is present there.
     *
     * @param  mixed  $member  what others are told of the user; it must have a JSON form
     */
    public function presence(string $topic, mixed $user, mixed $member): self
    {
        $this->plan->presence[Topic::name($topic)] = ['user' => Topic::userId($user), 'member' => $member];

        return $this;
    }

    /**
     * What the database holds: one event for each row that the closure returns or yields, sent before anything else to a client that
     * does not resume. The topics' positions are taken before the closure runs, so that no event falls between the two; one that
     * happens meanwhile may come both ways, which clients see by an id of your own in the data.
     *
     * @param  Closure(SseStream): (iterable<array-key, mixed>|null)  $rows
     * @param  ?string  $event  the events' name; a StreamedEvent brings its own
     */
    public function initial(Closure $rows, ?string $event = null): self
    {
        $this->plan->rows[] = new Rows($rows, $event);

        return $this;
    }

    /**
     * Sends something first on every connection, also on one that resumes.
     *
     * @param  Closure(SseStream): void  $callback
     */
    public function first(Closure $callback): self
    {
        $this->plan->first = $callback;

        return $this;
    }

    /**
     * Calls back every so many seconds. Holds the worker.
     *
     * @param  Closure(SseStream): mixed  $callback
     */
    public function every(float $seconds, Closure $callback): self
    {
        $this->plan->every[] = [$seconds, $callback];

        return $this;
    }

    /**
     * Turns each message into an event, as SseStream::onMessage() does. Holds the worker.
     *
     * @param  Closure(string, string): mixed  $map
     */
    public function map(Closure $map): self
    {
        $this->plan->map = $map;

        return $this;
    }

    /** Seconds between heartbeats; 0: none. */
    public function heartbeat(int|float $seconds): self
    {
        $this->plan->heartbeat = self::notNegative($seconds, 'heartbeat');

        return $this;
    }

    /** Milliseconds that the browser waits before it reconnects. */
    public function retry(?int $milliseconds): self
    {
        $this->plan->retry = $milliseconds === null ? null : (int) self::notNegative($milliseconds, 'retry');

        return $this;
    }

    /** Seconds after which the stream ends, and the browser comes back through route and middleware; 0: never. */
    public function lifetime(int|float $seconds): self
    {
        $this->plan->lifetime = self::notNegative($seconds, 'lifetime');

        return $this;
    }

    /** Whose stream it is, for Sse::disconnect(); by default the request's user. null: nobody's. */
    public function user(mixed $user): self
    {
        $this->plan->user = $user === null ? null : Topic::userId($user);

        return $this;
    }

    /** A name of your own for the stream, under which SsePublisher::join() finds it; 1 to 64 of A-Z, a-z, 0-9, _ and -. */
    public function id(string $id): self
    {
        $this->plan->id = $id;

        return $this;
    }

    public function mode(Mode|string $mode): self
    {
        $this->plan->mode = $mode instanceof Mode ? $mode : Mode::from($mode);

        return $this;
    }

    /** Insists on keeping the stream in this worker. */
    public function inline(): self
    {
        return $this->mode(Mode::Inline);
    }

    /**
     * For a server that hides its connection, such as Swoole: asked once a second, while the worker keeps the stream, whether the
     * client has left.
     *
     * @param  Closure(): bool  $check
     */
    public function disconnectedWhen(Closure $check): self
    {
        $this->plan->goneWhen[] = $check;

        return $this;
    }

    /**
     * Instead of a response: a single-use address of the hub's listener that serves this stream, for pages that fetch it and
     * connect by themselves. Good for 30 seconds.
     */
    public function ticketUrl(): string
    {
        return $this->opener->ticketUrl($this->plan);
    }

    public function toResponse($request): Response
    {
        // Laravel's session remembers no such request as the page before, to which redirect()->back() leads.
        $request->headers->set('X-Requested-With', 'XMLHttpRequest');

        return $this->opener->respond($this->plan, $request);
    }

    private static function notNegative(int|float $value, string $what): float
    {
        if ($value < 0 || is_nan((float) $value)) {
            throw new InvalidArgumentException("{$what} cannot be negative.");
        }

        return (float) $value;
    }
}
