<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use Illuminate\Http\Request;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;

/**
 * Section 10, under Octane: the subscription is in `php artisan sse:listen` (ListenCommand), the stream follows what it
 * publishes.
 *
 * No Redis client of Laravel is left in subscribe mode, so there is nothing to disconnect in Octane's tick or boot hooks.
 */
final class WorkerController
{
    public function __invoke(Request $request): PendingStream
    {
        return Sse::stream("worker:{$request->user()->id}");
    }
}
