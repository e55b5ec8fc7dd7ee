<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;

/**
 * The browser says which notifications were read.
 */
final class ReadController
{
    public function __invoke(Request $request): JsonResponse
    {
        ['ids' => $ids] = $request->validate(['ids' => ['required', 'array', 'max:500'], 'ids.*' => ['uuid']]);

        $read = $request->user()->unreadNotifications()->whereIn('id', $ids)->update(['read_at' => now()]);

        return response()->json(['read' => $read]);
    }
}
