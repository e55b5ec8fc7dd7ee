<?php

declare(strict_types=1);

namespace Sse\Laravel\Status;

/** Figures as people read them. */
final class Units
{
    public static function count(int|float $number): string
    {
        return number_format($number, is_float($number) && $number > 0 && $number < 10 ? 1 : 0);
    }

    public static function bytes(int|float $bytes): string
    {
        $units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
        for ($unit = 0; $bytes >= 1024 && $unit < count($units) - 1; $unit++) {
            $bytes /= 1024;
        }

        return number_format($bytes, $unit === 0 || $bytes >= 100 ? 0 : 1).' '.$units[$unit];
    }

    /** "3 d 04:12:09" */
    public static function duration(int $seconds): string
    {
        $days = intdiv($seconds, 86_400);

        return ($days > 0 ? "{$days} d " : '').gmdate('H:i:s', $seconds % 86_400);
    }
}
