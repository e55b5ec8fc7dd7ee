<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use Illuminate\Http\Request;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;

/**
 * Section 11, worker and list: `php artisan sse:relay` (RelayCommand) pushes to the user's list, the stream takes from it.
 *
 * `Redis::blpop()` in a loop takes an item out and then finds that the browser has left: the item is lost. queue() puts an
 * item that was not written back to the head of the list, and notices a browser that leaves while it waits.
 */
final class WorkerListController
{
    public function __invoke(Request $request): PendingStream
    {
        return Sse::follow()->queue("sse:notifications:user:{$request->user()->id}");
    }
}
