<?php

declare(strict_types=1);

namespace Sse\Laravel\System;

/** The workers of PHP-FPM that run on this machine. */
class FpmProcesses
{
    /** @return list<string> whom they run as; their master, which is root, left out */
    public function users(): array
    {
        $users = [];
        foreach (glob('/proc/[0-9]*/comm') ?: [] as $path) {
            $uid = str_starts_with((string) @file_get_contents($path), 'php-fpm') ? @fileowner(dirname($path)) : 0;
            if ($uid !== 0 && $uid !== false) {
                $users[$uid] = Users::name($uid);
            }
        }

        return array_values($users);
    }
}
