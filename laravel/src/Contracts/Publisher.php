<?php

declare(strict_types=1);

namespace Sse\Laravel\Contracts;

use JsonException;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Publishing\Event;
use SseException;

/** What writes events, and speaks to the hubs. */
interface Publisher
{
    /**
     * Appends events to the logs of their topics and signals them, all in one round trip.
     *
     * @param  list<Event>  $events
     * @return list<string> their ids, in the same order
     *
     * @throws SseException Redis is away or refuses
     * @throws JsonException
     */
    public function publish(array $events): array;

    /**
     * A single-use key to a subscription, for a request to the hub's listener.
     *
     * @param  array<string, mixed>  $subscription  as SsePublisher::ticket() takes it
     * @param  int  $ttl  seconds
     *
     * @throws SseException
     */
    public function ticket(array $subscription, int $ttl = 30): string;

    /**
     * Ends all streams of a user, on every hub.
     *
     * @return int how many hubs heard it
     *
     * @throws SseException
     * @throws InvalidConfiguration
     */
    public function disconnect(string $user): int;

    /**
     * Adds sources to a stream that is open.
     *
     * @param  array<string, mixed>  $subscription  as SsePublisher::join() takes it
     * @return int how many hubs heard it; 0: nobody carries streams
     *
     * @throws SseException
     */
    public function join(string $stream, array $subscription): int;

    /**
     * Takes sources from a stream that is open.
     *
     * @param  array<string, mixed>  $names
     *
     * @throws SseException
     */
    public function leave(string $stream, array $names): int;

    /**
     * Who is present in a topic.
     *
     * @return array<array-key, mixed> user id => member
     *
     * @throws SseException
     */
    public function members(string $topic): array;
}
