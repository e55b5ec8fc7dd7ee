<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;

/**
 * Section 2, data in Redis that is taken out once.
 *
 * `Cache::pull()` each second loses what is put between its read and its delete, and `Cache::put()` overwrites what nobody
 * has read yet. A list has neither problem: the producer appends (RPUSH, with an EXPIRE as before), the stream waits in
 * BLPOP and has each item at once. As with pull(), each item is taken by one reader: here that is the hub, which gives it to all
 * tabs that it holds. A tab that comes later has none of it; section 13 is for those.
 */
final class CacheController
{
    public function __invoke(): PendingStream
    {
        return Sse::follow()->queue('notifications');
    }
}
