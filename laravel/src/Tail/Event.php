<?php

declare(strict_types=1);

namespace Sse\Laravel\Tail;

/** What passed by: an entry of a topic, or a message of a plain channel, which has neither id nor name. */
final readonly class Event
{
    /** @param  string  $topic  without the prefix */
    public function __construct(
        public string $topic,
        public string $data,
        public float $at,
        public ?string $id = null,
        public ?string $name = null,
    ) {
    }

    /** An entry of a log; its id says when it was written. */
    public static function entry(string $topic, string $id, string $name, string $data): self
    {
        return new self($topic, $data, (float) $id / 1000, $id, $name === '' ? null : $name);
    }
}
