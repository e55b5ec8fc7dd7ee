<?php

declare(strict_types=1);

namespace Sse\Laravel\System\Nginx;

/** Values as nginx writes them. */
final class Value
{
    private const SECONDS = ['ms' => 0.001, 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, 'w' => 604_800, 'M' => 2_592_000, 'y' => 31_536_000];

    /** "75s", "1m30s", "60", "500ms"; null: none of these. */
    public static function seconds(string $text): ?float
    {
        if (preg_match('/\A(?:\d+(?:ms|[smhdwMy])?\s*)+\z/', $text) !== 1) {
            return null;
        }
        preg_match_all('/(\d+)(ms|[smhdwMy])?/', $text, $parts, PREG_SET_ORDER);

        return array_sum(array_map(fn (array $part): float => (float) $part[1] * self::SECONDS[$part[2] ?? 's'], $parts));
    }
}
