<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use App\Support\Outbox;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;

/**
 * Section 7, a separate server for the streams: the hub. It replaces the Go or Node program, and what it knew of the database
 * is in NotificationStored, which `php artisan sse:notify` calls.
 *
 * Laravel decides who the user is, from the session or from the token of section 9, and answers 400 when there is none: a
 * server that believes `?user_id=` shows everybody's notifications to anybody. Then the connection leaves for the hub, and the
 * worker is free. However many tabs a user has, the hub subscribes once.
 */
final class HubController
{
    private const TOKEN_SECONDS = 300;

    /** The connection itself goes to the hub; where that cannot be (Octane), the browser is sent there. */
    public function handoff(Request $request): PendingStream
    {
        return $this->stream($request, 'auto');
    }

    /**
     * The browser is sent to the hub's listener with a ticket that is good once: by nginx, which follows X-Accel-Redirect without
     * the browser's knowing, or by 307. For servers that cannot pass connections on, and hubs on other machines.
     */
    public function redirect(Request $request): PendingStream
    {
        return $this->stream($request, 'redirect');
    }

    /**
     * A token with which the page talks to the hub directly, so that not even a reconnect asks PHP. What it grants cannot be
     * taken back before it expires, but Sse::disconnect() ends the streams.
     */
    public function token(Request $request): JsonResponse
    {
        $userId = $request->user()->id;
        $token = Sse::token([Outbox::topic($userId)], $userId, self::TOKEN_SECONDS);

        return response()->json(['url' => config('services.hub.direct').'?'.http_build_query(['token' => $token])]);
    }

    private function stream(Request $request, string $mode): PendingStream
    {
        $userId = $request->user()?->id ?? SecurityController::redeem($request->query('token'));
        abort_if($userId === null, 400, 'Nobody to stream to: log in, or bring a token of /sse/ticket.');

        return Sse::stream(Outbox::topic($userId))->user($userId)->mode($mode);
    }
}
