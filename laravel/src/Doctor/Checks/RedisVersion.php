<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\RedisProbe;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\Redis\RedisSettings;

final readonly class RedisVersion implements Check
{
    private const OLDEST = '6.2';

    public function __construct(private RedisProbe $redis, private RedisSettings $settings)
    {
    }

    public function title(): string
    {
        return 'Version';
    }

    public function run(): Result
    {
        if ($this->redis->problem() !== null) {
            return Result::skipped('Redis cannot be asked.');
        }
        $version = $this->redis->info('redis_version');

        return match (true) {
            $version === null => Result::skipped('This user of Redis may not ask for INFO.'),
            $this->redis->info('cluster_enabled') === '1' && ! $this->settings->isCluster() => Result::failure('This is a node of a Redis Cluster, and the configuration says that it is the only Redis.',
                'Set SSE_REDIS to "redis-cluster://host:port,host:port/?prefix={app}:", or to the name of a cluster in config/database.php.'),
            version_compare($version, self::OLDEST, '<') => Result::failure("Redis {$version} is too old.", 'Install Redis '.self::OLDEST.' or newer.'),
            version_compare($version, '7.0', '<') => Result::ok("Redis {$version}. From 7.0 on, gaps in logs are told more exactly."),
            default => Result::ok("Redis {$version}."),
        };
    }
}
