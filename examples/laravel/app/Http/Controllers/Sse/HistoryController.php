<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use App\Support\History;
use Illuminate\Http\Request;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;

/**
 * Section 13, RPUSH and LRANGE for many tabs: what the list holds after the browser's last id, then what is added.
 *
 * Nothing is deleted by a reader. The place in the list says what is new: `$id <= $lastSeenId` compares random UUIDs, and a
 * LRANGE every two seconds reads the whole list again. The stream subscribes before it reads the list, so nothing is lost
 * in between. App\Support\History is the producer.
 */
final class HistoryController
{
    public function __invoke(Request $request): PendingStream
    {
        $userId = $request->user()->id;

        return Sse::follow()
            ->history(History::key($userId))
            ->subscribe(History::channel($userId))
            // What is published carries its id in the payload; as `id:` the browser sends it back when it reconnects.
            ->map(fn (string $payload): array => [
                'data' => $payload,
                'id' => json_decode($payload, true)['id'] ?? null,
            ]);
    }
}
