<?php

declare(strict_types=1);

namespace Sse\Laravel\Testing;

use Illuminate\Http\Request;
use Sse\Laravel\Streaming\Opener;
use Sse\Laravel\Streaming\Plan;
use SseStream;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpFoundation\StreamedResponse;

/**
 * Streams that end after what they send first, and ask no Redis.
 *
 * @internal
 */
final class FakeOpener extends Opener
{
    /** @var list<Plan> */
    public array $opened = [];

    /** Needs nothing of what an opener needs. */
    public function __construct()
    {
    }

    public function respond(Plan $plan, Request $request): Response
    {
        $this->opened[] = $plan;

        return new StreamedResponse(function () use ($plan): void {
            $stream = new SseStream(['redis' => 'redis://127.0.0.1', 'hub' => null, 'redirect' => null, 'mode' => 'inline']);
            if ($plan->first !== null) {
                ($plan->first)($stream);
            }
            foreach ($plan->rows as $rows) {
                $rows->sendTo($stream);
            }
            $stream->stop();
            $stream->run();
        }, 200, ['Content-Type' => 'text/event-stream; charset=utf-8']);
    }

    public function ticketUrl(Plan $plan): string
    {
        $this->opened[] = $plan;

        return 'https://hub.test/sse?ticket='.str_repeat('x', 43);
    }
}
