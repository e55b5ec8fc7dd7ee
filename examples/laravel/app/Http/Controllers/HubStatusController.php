<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use Illuminate\Http\JsonResponse;
use SseException;
use SseHub;

/**
 * What the hub counts, and how many PHP workers there are beside it: for the strip at the top of the page.
 */
final class HubStatusController
{
    public function __invoke(): JsonResponse
    {
        try {
            $stats = SseHub::stats(config('sse.hub'));
        } catch (SseException $exception) {
            return response()->json(['message' => $exception->getMessage()], 503);
        }

        return response()->json([
            'streams' => $stats['clients'],
            'workers' => self::workers(),
            'memory' => self::memory($stats['pid']) ?? $stats['resident_bytes'] ?? null,
            'events' => $stats['events_in'],
            'deliveries' => $stats['deliveries'],
            'handoffs' => $stats['handoffs'],
            'listener' => $stats['http_streams'],
            'channels' => $stats['channels'],
        ]);
    }

    /** What the hub alone is charged for (PSS), in bytes: its resident memory counts libraries that all of PHP shares. */
    private static function memory(int $pid): ?int
    {
        $rollup = (string) @file_get_contents("/proc/{$pid}/smaps_rollup");

        return preg_match('/^Pss:\s+(\d+) kB$/m', $rollup, $match) === 1 ? 1024 * (int) $match[1] : null;
    }

    /** Of the pool that serves this route, which is the one that hands streams over. */
    private static function workers(): int
    {
        $pool = function_exists('fpm_get_status') ? fpm_get_status() : false;

        return $pool['total-processes'] ?? (int) (getenv('PHP_CLI_SERVER_WORKERS') ?: 1);
    }
}
