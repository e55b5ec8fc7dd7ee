<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\RedisProbe;
use Sse\Laravel\Doctor\Result;

/** A replica hears what is published to its primary, and refuses all that is published to itself. */
final readonly class RedisRole implements Check
{
    public function __construct(private RedisProbe $redis)
    {
    }

    public function title(): string
    {
        return 'Role';
    }

    public function run(): Result
    {
        $role = $this->redis->problem() === null ? $this->redis->info('role') : null;

        return match ($role) {
            null => Result::skipped('Redis cannot be asked for its role.'),
            'slave' => Result::failure(
                "This is a replica of {$this->redis->info('master_host')}: it takes no events, tickets or members.",
                'Set SSE_REDIS to the primary, and run `php artisan sse:restart`. After a failover: an address that follows it.',
            ),
            default => Result::ok('It is a primary.'),
        };
    }
}
