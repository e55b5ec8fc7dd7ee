<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use App\Models\User;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Cache;
use Illuminate\Support\Facades\URL;
use Illuminate\Support\Str;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;
use SseStream;

/**
 * Section 9, security: EventSource cannot send an Authorization header. Three ways that need none.
 *
 * A URL is written to access logs and histories. So the token in it is good for this stream only, once, and for a minute;
 * `auth()->once(['api_token' => …])` would put the key of the whole account there. When the connection breaks the page asks
 * for a new one, which also asks again whether the user may.
 */
final class SecurityController
{
    private const SECONDS = 60;

    /** The URL for one connection: the logged-in page asks for it. */
    public function ticket(Request $request): JsonResponse
    {
        $userId = $request->user()->id;

        if ($request->query('kind') === 'signed') {
            $url = URL::temporarySignedRoute('sse.signed', self::SECONDS, ['user' => $userId], absolute: false);
        } else {
            $token = Str::random(40);
            Cache::put(self::cacheKey($token), $userId, self::SECONDS);
            $url = route('sse.token', ['token' => $token], absolute: false);
        }

        return response()->json(['url' => $url]);
    }

    /** The user that a token was given to, once; null when it is none, or used up. */
    public static function redeem(mixed $token): ?int
    {
        return is_string($token) ? Cache::pull(self::cacheKey($token)) : null;
    }

    /** a. A token in the query string. */
    public function token(Request $request): PendingStream
    {
        $userId = self::redeem($request->query('token'));
        abort_if($userId === null, 403);

        return $this->stream('token', User::query()->findOrFail($userId));
    }

    /** b. A signed URL: nothing is stored, the middleware `signed` checks signature and time. */
    public function signed(User $user): PendingStream
    {
        return $this->stream('signed', $user);
    }

    /** c. The session cookie, which EventSource does send: the middleware `auth` checks it. */
    public function cookie(Request $request): PendingStream
    {
        return $this->stream('cookie', $request->user());
    }

    private function stream(string $by, User $user): PendingStream
    {
        return Sse::stream("notifications:{$user->id}")
            ->user($user)
            ->first(fn (SseStream $stream) => $stream->event(['authorised_by' => $by, 'user' => $user->name], 'ready'))
            // Then the reconnect is authorised anew.
            ->lifetime(300);
    }

    /** The cache sees only the hash. */
    private static function cacheKey(string $token): string
    {
        return 'sse-token:'.hash('sha256', $token);
    }
}
