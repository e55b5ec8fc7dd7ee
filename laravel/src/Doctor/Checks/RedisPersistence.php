<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\RedisProbe;
use Sse\Laravel\Doctor\Result;

/** What Redis has not written to its disk is gone when it starts anew; one that cannot write may refuse to be written to. */
final readonly class RedisPersistence implements Check
{
    public function __construct(private RedisProbe $redis)
    {
    }

    public function title(): string
    {
        return 'Persistence';
    }

    public function run(): Result
    {
        $aof = $this->redis->problem() === null ? $this->redis->info('aof_enabled') : null;
        if ($aof === null) {
            return Result::skipped('Redis cannot be asked for what it keeps.');
        }
        if (($this->redis->info('rdb_last_bgsave_status') ?? 'ok') !== 'ok' || ($this->redis->info('aof_last_write_status') ?? 'ok') !== 'ok') {
            return Result::failure('Redis could not write to its disk the last time, and may refuse all that is published (MISCONF).',
                'Make room on its disk, see its log, and run `redis-cli BGSAVE`.');
        }

        return self::judge($aof === '1', $this->redis->setting('save'));
    }

    /** @param  ?string  $save  the setting; null: it is not known */
    public static function judge(bool $aof, ?string $save): Result
    {
        return match (true) {
            $aof => Result::ok('Redis writes what it is told to its disk (appendonly), so that topics outlive its restart.'),
            $save === null => Result::skipped('Redis does not tell whether it saves.'),
            $save !== '' => Result::ok("Redis saves now and then (save {$save}): when it crashes, events since then are lost. appendonly yes loses a second."),
            default => Result::warning('Redis writes nothing to its disk: when it restarts, all topics are empty, and browsers that come back get a gap.',
                'Set appendonly yes, unless pages fetch their state anew on a gap.'),
        };
    }
}
