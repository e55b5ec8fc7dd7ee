<?php

declare(strict_types=1);

namespace Sse\Laravel\Streaming;

use Closure;
use SseStream;

/**
 * What one stream is made of, before it is known how it will be carried.
 *
 * @internal
 */
final class Plan
{
    /** @var list<string> */
    public array $follow = [];

    /** @var list<string> */
    public array $subscribe = [];

    /** @var list<string> */
    public array $psubscribe = [];

    /** @var list<string> */
    public array $broadcast = [];

    /** @var list<string> */
    public array $queue = [];

    /** @var array<string, array{user: string, member: mixed}> by topic */
    public array $presence = [];

    /** @var list<array{string, int}> lists and how many of their newest items */
    public array $history = [];

    /** @var list<array{float, Closure(SseStream): mixed}> */
    public array $every = [];

    /** @var null|Closure(string, string): mixed */
    public ?Closure $map = null;

    /** @var null|Closure(SseStream): void sent first on every connection */
    public ?Closure $first = null;

    /** @var list<Rows> sent on a connection that does not resume */
    public array $rows = [];

    /** @var list<Closure(): bool> */
    public array $goneWhen = [];

    public ?string $id = null;

    public ?string $user = null;

    public float $heartbeat = 25.0;

    public ?int $retry = null;

    public float $lifetime = 0.0;

    public Mode $mode = Mode::Auto;

    /** Whether PHP code has to run while the stream is open. */
    public function needsWorker(): bool
    {
        return $this->every !== [] || $this->history !== [] || $this->map !== null;
    }

    public function isEmpty(): bool
    {
        return $this->follow === [] && $this->subscribe === [] && $this->psubscribe === [] && $this->broadcast === []
            && $this->queue === [] && $this->history === [] && $this->every === [] && $this->presence === [];
    }

    /** @return list<string> the topics that it follows, those of presence included */
    public function topics(): array
    {
        return [...$this->follow, ...array_map(strval(...), array_keys($this->presence))];
    }

    /** Declares the sources; rows and what is sent first are the caller's. */
    public function declareTo(SseStream $stream): void
    {
        foreach (['follow', 'subscribe', 'psubscribe', 'broadcast', 'queue'] as $kind) {
            if ($this->{$kind} !== []) {
                $stream->{$kind}(...$this->{$kind});
            }
        }
        foreach ($this->presence as $topic => ['user' => $user, 'member' => $member]) {
            $stream->presence((string) $topic, $user, $member);
        }
        foreach ($this->history as [$key, $last]) {
            $stream->history($key, $last);
        }
        foreach ($this->every as [$seconds, $callback]) {
            $stream->every($seconds, $callback);
        }
        if ($this->map !== null) {
            $stream->onMessage($this->map);
        }
    }
}
