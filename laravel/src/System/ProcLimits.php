<?php

declare(strict_types=1);

namespace Sse\Laravel\System;

/** The file /proc/<pid>/limits. */
final class ProcLimits
{
    /**
     * The limit of open files; null: unlimited, or it could not be read.
     *
     * @param  bool  $hard  up to which the process may raise its own, as a hub does when it starts
     */
    public static function openFiles(string $text, bool $hard = false): ?int
    {
        return preg_match('/^Max open files\s+(\w+)\s+(\w+)/m', $text, $match) === 1 && is_numeric($match[$hard ? 2 : 1])
            ? (int) $match[$hard ? 2 : 1]
            : null;
    }
}
