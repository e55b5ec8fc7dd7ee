<?php

declare(strict_types=1);

namespace Sse\Laravel\Testing;

/** One event that was published while Sse was faked. */
final readonly class Published
{
    /**
     * @param  string  $id  a made-up id, like those of Redis
     * @param  mixed  $data  as the client would see it: JSON is decoded
     */
    public function __construct(public string $id, public string $topic, public mixed $data, public ?string $event)
    {
    }
}
