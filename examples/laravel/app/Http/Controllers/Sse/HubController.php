<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use App\Support\Jwt;
use App\Support\Outbox;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use SseStream;
use Symfony\Component\HttpFoundation\StreamedResponse;

/**
 * Section 7, a separate server for the streams: the hub. It replaces the Go or Node program, and what it knew of the database
 * is in `php artisan sse:notify` (NotifyCommand).
 *
 * Laravel decides who the user is, from the session or from the token of section 9, and answers 400 when there is none: a
 * server that believes `?user_id=` shows everybody's notifications to anybody. Then the connection leaves for the hub, and the
 * worker is free. However many tabs a user has, the hub subscribes once.
 */
final class HubController
{
    private const TOKEN_SECONDS = 300;

    /** The connection itself goes to the hub; where that cannot be (Octane), the browser is sent there. */
    public function handoff(Request $request): StreamedResponse
    {
        return $this->stream($request, 'auto');
    }

    /**
     * The browser is sent to the hub's listener with a ticket that is good once: by nginx, which follows X-Accel-Redirect without
     * the browser's knowing, or by 307. For servers that cannot pass connections on, and hubs on other machines.
     */
    public function redirect(Request $request): StreamedResponse
    {
        return $this->stream($request, 'redirect');
    }

    /**
     * A token with which the page talks to the hub directly, so that not even a reconnect asks PHP. What it grants cannot be
     * taken back before it expires, but SsePublisher::disconnect() ends the streams.
     */
    public function token(Request $request): JsonResponse
    {
        $userId = $request->user()->id;
        $token = Jwt::sign([
            'sub' => (string) $userId,
            'topics' => [Outbox::topic($userId)],
            'exp' => time() + self::TOKEN_SECONDS,
        ], config('sse.secret'));

        return response()->json(['url' => config('sse.direct').'?'.http_build_query(['token' => $token])]);
    }

    private function stream(Request $request, string $mode): StreamedResponse
    {
        $userId = $request->user()?->id ?? SecurityController::redeem($request->query('token'));
        abort_if($userId === null, 400, 'Nobody to stream to: log in, or bring a token of /sse/ticket.');

        return response()->stream(function () use ($userId, $mode): void {
            $stream = new SseStream(['redis' => config('sse.redis'), 'user' => (string) $userId, 'mode' => $mode]);
            $stream->follow(Outbox::topic($userId));
            $stream->run();
        });
    }
}
