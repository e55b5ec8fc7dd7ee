<?php

declare(strict_types=1);

namespace Sse\Laravel\Status;

use SseException;
use SseHub;

/** What a running hub counts, at one moment. A figure that this hub does not know is 0. */
final readonly class Figures
{
    /** @param  array<array-key, mixed>  $values  as SseHub::stats() gives them */
    public function __construct(public array $values, public float $at)
    {
    }

    /** @throws SseException no hub answers at $control */
    public static function read(string $control): self
    {
        return new self(SseHub::stats($control), microtime(true));
    }

    public function number(string $name): int
    {
        $value = $this->values[$name] ?? 0;

        return is_int($value) ? $value : 0;
    }

    public function text(string $name): string
    {
        $value = $this->values[$name] ?? '';

        return is_string($value) ? $value : '';
    }

    public function isTrue(string $name): bool
    {
        return ($this->values[$name] ?? false) === true;
    }

    /** Streams that began here; those of the hub before this one not counted. */
    public function opened(): int
    {
        return $this->number('handoffs') + $this->number('http_streams');
    }

    /** Streams that are no longer here, for whatever reason. */
    public function ended(): int
    {
        return max(0, $this->opened() + $this->number('taken_over') - $this->number('clients'));
    }

    /** Whether the other figures are of the same process, so that their difference means something. */
    public function isSameHub(self $other): bool
    {
        return $this->number('pid') === $other->number('pid')
            && $this->number('uptime_seconds') <= $other->number('uptime_seconds');
    }
}
