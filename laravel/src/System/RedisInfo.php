<?php

declare(strict_types=1);

namespace Sse\Laravel\System;

/** What Redis answers to INFO. */
final class RedisInfo
{
    /** @return array<string, string> */
    public static function parse(string $text): array
    {
        preg_match_all('/^([a-z0-9_]+):([^\r\n]*)/mi', $text, $lines, PREG_SET_ORDER);

        return array_column($lines, 2, 1);
    }
}
