<?php

declare(strict_types=1);

namespace App\Http\Controllers\Desk;

use App\Desk\Figures;
use App\Desk\Metrics;
use Illuminate\Http\JsonResponse;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;

/** Streams and workers: `php artisan desk:measure` publishes, this page only listens. */
final class FiguresController
{
    /** The last two minutes, then each second. */
    public function stream(Figures $figures): PendingStream
    {
        return Sse::stream(Figures::TOPIC)->initial(fn (): array => $figures->recent(), 'figures');
    }

    /** All that the hub counts, for those who are logged in: the hub's own /metrics is open to its machine only. */
    public function metrics(Metrics $metrics): JsonResponse
    {
        $found = $metrics->ofHub();

        return $found === [] ? response()->json(['message' => 'The hub does not answer.'], 503) : response()->json($found);
    }
}
