<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use SseStream;
use Symfony\Component\HttpFoundation\StreamedResponse;

/**
 * Section 8, headers and buffers: this route runs behind BufferOutput, ThrottleRequests and TrimStrings.
 *
 * The last two never buffered anything. Output buffers, compression, `X-Accel-Buffering`, `Cache-Control: no-transform` and
 * the time limit are the stream's own business: the first event tells what it found, the others arrive each second although
 * a buffer lay in between.
 */
final class HeadersController
{
    public function __invoke(): StreamedResponse
    {
        return response()->stream(function (): void {
            $stream = new SseStream;
            $stream->event([
                'output_buffers' => ob_get_level(),
                'output_buffering' => ini_get('output_buffering'),
                'zlib.output_compression' => ini_get('zlib.output_compression'),
            ], 'found');
            $stream->every(1.0, fn (SseStream $stream) => $stream->event([
                'headers' => array_values(preg_grep('/^(Content|Cache|X-Accel)-/i', headers_list())),
                'at' => now()->getTimestampMs(),
            ]));
            $stream->run();
        });
    }
}
