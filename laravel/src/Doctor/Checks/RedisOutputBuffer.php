<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\RedisProbe;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\Status\Units;

/** Redis cuts a hub off that has not read so much: after a burst, or while its process is stopped. */
final readonly class RedisOutputBuffer implements Check
{
    /** Redis' own defaults, bytes: at once, and for a minute. */
    private const HARD = 32 * 1024 * 1024;

    private const SOFT = 8 * 1024 * 1024;

    public function __construct(private RedisProbe $redis)
    {
    }

    public function title(): string
    {
        return 'Output buffer';
    }

    public function run(): Result
    {
        $limits = $this->redis->problem() === null ? $this->redis->setting('client-output-buffer-limit') : null;

        return self::judge($limits ?? '');
    }

    /** @param  string  $limits  "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60" */
    public static function judge(string $limits): Result
    {
        if (preg_match('/\bpubsub (\d+) (\d+) (\d+)/', $limits, $match) !== 1) {
            return Result::skipped('Redis cannot be asked for its limits.');
        }
        [$hard, $soft] = [(int) $match[1], (int) $match[2]];
        $low = [];
        // 0: no limit.
        if ($hard > 0 && $hard < self::HARD) {
            $low[] = Units::bytes($hard);
        }
        if ($soft > 0 && $soft < self::SOFT) {
            $low[] = Units::bytes($soft)." for {$match[3]} s";
        }
        if ($low === []) {
            return Result::ok('A hub may leave '.($hard === 0 ? 'any number of bytes' : Units::bytes($hard)).' unread for a moment.');
        }

        return Result::warning(
            'Redis cuts a hub off that has left '.implode(', or ', $low).' unread: a burst of events makes all its streams read the log, '
                .'and plain channels lose messages.',
            'Set client-output-buffer-limit pubsub 32mb 8mb 60, as Redis comes, or more.',
        );
    }
}
