<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Sse\Laravel\Facades\Sse;

/**
 * The browser says which notifications were read.
 */
final class ReadController
{
    public function __invoke(Request $request): JsonResponse
    {
        ['ids' => $ids] = $request->validate(['ids' => ['required', 'array', 'max:500'], 'ids.*' => ['uuid']]);

        $user = $request->user();
        $read = $user->unreadNotifications()->whereIn('id', $ids)->update(['read_at' => now()]);

        // The user's other tabs.
        Sse::to($user)->publish(['ids' => $ids], 'read');

        return response()->json(['read' => $read]);
    }
}
