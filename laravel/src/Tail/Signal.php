<?php

declare(strict_types=1);

namespace Sse\Laravel\Tail;

/** What publishing to a topic sends over Pub/Sub: "id previous-id LF event LF data". */
final readonly class Signal
{
    private const FORM = '/\A(\d{1,20}-\d{1,20}) (\d{1,20}-\d{1,20})\n([^\n]*)\n(.*)\z/s';

    private function __construct(public Event $event, public string $previousId)
    {
    }

    /** null: somebody else's message, which is only a hint that the log has something new. */
    public static function parse(string $topic, string $payload): ?self
    {
        return preg_match(self::FORM, $payload, $parts) === 1
            ? new self(Event::entry($topic, $parts[1], $parts[3], $parts[4]), $parts[2])
            : null;
    }

    /** Whether the entry $a was written after $b. */
    public static function isAfter(string $a, string $b): bool
    {
        [$aTime, $aSequence] = array_map(intval(...), explode('-', $a.'-0'));
        [$bTime, $bSequence] = array_map(intval(...), explode('-', $b.'-0'));

        return [$aTime, $aSequence] > [$bTime, $bSequence];
    }
}
