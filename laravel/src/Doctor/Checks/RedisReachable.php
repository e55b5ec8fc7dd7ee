<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\RedisProbe;
use Sse\Laravel\Doctor\Result;

final readonly class RedisReachable implements Check
{
    public function __construct(private RedisProbe $redis)
    {
    }

    public function title(): string
    {
        return 'Connection';
    }

    public function run(): Result
    {
        if (! $this->redis->isWanted()) {
            return Result::skipped("There is nothing to look at: {$this->redis->problem()}.");
        }
        $problem = $this->redis->problem();
        if ($problem === null) {
            return Result::ok('Redis answers, and accepts the user and the password.');
        }

        return Result::failure("{$problem}.", match (true) {
            preg_match('/WRONGPASS|NOAUTH|AUTH|password/i', $problem) === 1 => 'Set REDIS_USERNAME and REDIS_PASSWORD (or the DSN in SSE_REDIS) to what Redis knows.',
            preg_match('/DB index|SELECT/i', $problem) === 1 => 'Set the connection\'s database to one that Redis has.',
            preg_match('/does not exist|Cluster|must be/', $problem) === 1 => 'Set SSE_REDIS to the name of a connection in config/database.php, or to a DSN.',
            default => 'Start Redis, or set REDIS_HOST and REDIS_PORT (or the DSN in SSE_REDIS) to where it is. For development SSE_REDIS=memory: does without.',
        });
    }
}
