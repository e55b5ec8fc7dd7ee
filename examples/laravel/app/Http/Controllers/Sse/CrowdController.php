<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use SseStream;
use Symfony\Component\HttpFoundation\StreamedResponse;

/**
 * What everybody hears: the streams that examples/run opens by the thousand, behind one PHP worker.
 */
final class CrowdController
{
    public const TOPIC = 'announcements';

    public function __invoke(): StreamedResponse
    {
        return response()->stream(function (): void {
            $stream = new SseStream(['redis' => config('sse.redis')]);
            $stream->follow(self::TOPIC);
            $stream->run();
        });
    }
}
