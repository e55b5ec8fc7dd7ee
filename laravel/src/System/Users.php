<?php

declare(strict_types=1);

namespace Sse\Laravel\System;

/** Names of users, where PHP can tell them. */
final class Users
{
    public static function name(int $uid): string
    {
        $user = function_exists('posix_getpwuid') ? posix_getpwuid($uid) : false;

        return $user === false ? "uid {$uid}" : $user['name'];
    }

    /** null: this PHP cannot tell. */
    public static function current(): ?string
    {
        return function_exists('posix_geteuid') ? self::name(posix_geteuid()) : null;
    }
}
