<?php

declare(strict_types=1);

namespace Sse\Laravel\Exceptions;

use InvalidArgumentException;

/** A name that no topic, channel or list can have. */
final class InvalidTopic extends InvalidArgumentException
{
    /** What is wrong with a name; null: nothing. */
    public static function reason(string $name): ?string
    {
        return match (true) {
            $name === '' => 'is empty',
            strlen($name) > 1024 => 'is longer than 1,024 bytes',
            ctype_graph($name) => null, // most are plain ASCII
            preg_match('//u', $name) !== 1 => 'is not UTF-8',
            preg_match('/\p{Cc}/u', $name) === 1 => 'holds a line break or another control character',
            default => null,
        };
    }

    /** @throws self */
    public static function throwUnlessValid(string $name): void
    {
        $reason = self::reason($name);
        if ($reason !== null) {
            $shown = mb_strimwidth(preg_replace('/[^\x20-\x7e]/', '?', $name) ?? '', 0, 64, '...');
            throw new self("The topic name \"{$shown}\" {$reason}.");
        }
    }
}
