<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use Illuminate\Http\Request;
use SseStream;
use Symfony\Component\HttpFoundation\StreamedResponse;

/**
 * Section 7, a separate server for the streams.
 *
 * Nothing in this route feeds the stream from PHP, so where `sse.hub` names a hub the connection goes to it and the worker is
 * free; without one the worker serves the stream itself. Laravel decides who the user is: a server that believes `?user_id=`
 * shows everybody's notifications to anybody.
 */
final class HubController
{
    public function __invoke(Request $request): StreamedResponse
    {
        $user = $request->user();

        return response()->stream(function () use ($user): void {
            $stream = new SseStream(['redis' => config('sse.redis'), 'user' => (string) $user->id]);
            $stream->follow("inbox:{$user->id}");
            $stream->run();
        });
    }
}
