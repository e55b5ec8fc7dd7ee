<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use Illuminate\Http\Request;
use SseStream;
use Symfony\Component\HttpFoundation\StreamedResponse;

/**
 * Section 5, Redis Pub/Sub: the published payload is the event.
 *
 * subscribe() needs neither phpredis nor a callback, notices at once when the browser leaves, comes back after a Redis
 * restart, and splits a payload with line breaks into `data:` lines as the standard wants it. Redis keeps nothing: what is
 * published while nobody listens is gone (see section 3 for what is kept).
 *
 * Without the package: Redis (`sse.redis`) and the hub (`sse.hub`) are settings of php.ini here.
 */
final class PubSubController
{
    public function __invoke(Request $request): StreamedResponse
    {
        $channel = "notifications:{$request->user()->id}";

        return response()->stream(fn () => (new SseStream)->subscribe($channel)->run());
    }
}
