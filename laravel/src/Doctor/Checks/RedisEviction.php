<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\RedisProbe;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\Status\Units;

/** Logs of topics have a time to live, so that every policy but noeviction may remove them. */
final readonly class RedisEviction implements Check
{
    public function __construct(private RedisProbe $redis)
    {
    }

    public function title(): string
    {
        return 'Eviction';
    }

    public function run(): Result
    {
        $policy = $this->redis->problem() === null ? $this->redis->info('maxmemory_policy') : null;
        if ($policy === null) {
            return Result::skipped('Redis cannot be asked for its policy.');
        }
        $max = (int) $this->redis->info('maxmemory');
        if ($policy === 'noeviction') {
            return Result::ok('Redis removes nothing when its memory is full (noeviction).');
        }
        if ($max === 0) {
            return Result::ok("Redis has no limit of memory (maxmemory 0), so that {$policy} removes nothing.");
        }

        return Result::warning(
            "With maxmemory-policy {$policy} and ".Units::bytes($max).' Redis may remove the logs of topics: browsers that come back get a gap.',
            'Set maxmemory-policy noeviction, or give the streams a Redis of their own (SSE_REDIS).',
        );
    }
}
