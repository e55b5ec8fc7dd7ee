<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\RedisProbe;
use Sse\Laravel\Doctor\Result;

final readonly class RedisClock implements Check
{
    public function __construct(private RedisProbe $redis)
    {
    }

    public function title(): string
    {
        return 'Clock';
    }

    public function run(): Result
    {
        if ($this->redis->problem() !== null) {
            return Result::skipped('Redis cannot be asked.');
        }
        $before = microtime(true);
        $time = $this->redis->command('TIME');
        $now = ($before + microtime(true)) / 2;
        [$seconds, $micros] = is_array($time) ? array_values($time) + [null, null] : [null, null];
        if (! is_numeric($seconds) || ! is_numeric($micros)) {
            return Result::skipped('Redis does not tell its time.');
        }

        return self::compare($now - ((float) $seconds + (float) $micros / 1e6));
    }

    /** @param  float  $difference  seconds that this machine is ahead */
    public static function compare(float $difference): Result
    {
        $shown = number_format(abs($difference), abs($difference) < 10 ? 3 : 0);

        return abs($difference) <= 1.0
            ? Result::ok("It differs from this machine's by {$shown} s.")
            : Result::warning(
                "This machine is {$shown} s ".($difference > 0 ? 'ahead of' : 'behind').' Redis, whose clock gives events their ids: tokens and tickets '
                    .'may be refused, and times look wrong.',
                'Keep both in time with NTP (systemd-timesyncd, chrony).',
            );
    }
}
