<?php

declare(strict_types=1);

namespace App\Http\Controllers\Sse;

use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;

/**
 * What everybody hears: the streams that examples/run opens by the thousand, behind one PHP worker.
 */
final class CrowdController
{
    public const TOPIC = 'announcements';

    public function __invoke(): PendingStream
    {
        return Sse::stream(self::TOPIC)->user(null); // nobody's: a user may have `max_per_user` streams
    }
}
