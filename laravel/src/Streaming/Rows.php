<?php

declare(strict_types=1);

namespace Sse\Laravel\Streaming;

use Closure;
use Illuminate\Http\StreamedEvent;
use Sse\Laravel\Publishing\Event;
use SseStream;

/**
 * What the database holds when a stream begins.
 *
 * @internal
 */
final readonly class Rows
{
    /**
     * @param  Closure(SseStream): (iterable<array-key, mixed>|null)  $source  what it returns or yields is sent, one event for each;
     *                                                                        null: it has sent what it wanted by itself
     */
    public function __construct(private Closure $source, private ?string $event)
    {
    }

    public function sendTo(SseStream $stream): void
    {
        foreach (($this->source)($stream) ?? [] as $row) {
            // Laravel's own eventStream() yields these.
            [$data, $event] = $row instanceof StreamedEvent ? [$row->data, $row->event] : [$row, $this->event];
            $stream->event((new Event('rows', $data, $event))->data, $event);
        }
    }
}
