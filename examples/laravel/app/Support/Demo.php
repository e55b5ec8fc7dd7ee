<?php

declare(strict_types=1);

namespace App\Support;

use Illuminate\Support\Facades\App;
use Sse\Laravel\Redis\RedisSettings;

/** What this run of the demonstration has. */
final class Demo
{
    /** Without one the hub keeps the topics ("memory:"), and what talks to Redis itself does not work. */
    public static function hasRedis(): bool
    {
        return ! App::make(RedisSettings::class)->isMemory();
    }

    /** `php artisan serve`: a stream that stays inline would hold it. */
    public static function hasOneProcess(): bool
    {
        return PHP_SAPI === 'cli-server' && (int) getenv('PHP_CLI_SERVER_WORKERS') < 2;
    }
}
