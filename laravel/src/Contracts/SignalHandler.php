<?php

declare(strict_types=1);

namespace Sse\Laravel\Contracts;

/**
 * Turns a signal ("there is something new") or an item of a list into events, with one look at the database for all tabs of all
 * users that they reach. `php artisan sse:notify` calls it.
 */
interface SignalHandler
{
    /**
     * @param  string  $payload  the message, or the item
     * @param  string  $name  the channel or list that it came from, without the connection's prefix
     * @return iterable<array-key, array{0: mixed, 1: mixed, 2?: ?string}>|null topic, data and event name of each event, as
     *                                                                          Sse::publishMany() takes them
     */
    public function handle(string $payload, string $name): ?iterable;
}
