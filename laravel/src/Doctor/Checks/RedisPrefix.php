<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\RedisProbe;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\Redis\RedisSettings;

final readonly class RedisPrefix implements Check
{
    public function __construct(private RedisProbe $redis, private RedisSettings $settings, private Repository $config)
    {
    }

    public function title(): string
    {
        return 'Prefix';
    }

    public function run(): Result
    {
        if (! $this->redis->isWanted()) {
            return Result::skipped('There is no Redis to look at.');
        }
        $own = $this->settings->prefix();
        if (is_array($this->settings->resolve())) {
            return Result::ok($own === '' ? 'There is none, neither here nor in the Redis facade.' : "It is \"{$own}\", as in the Redis facade.");
        }
        $facade = $this->config->get('database.redis.options.prefix');
        $facade = is_string($facade) ? $facade : '';

        return $own === $facade ? Result::ok("It is \"{$own}\", as in the Redis facade.") : Result::warning(
            "The DSN of sse.redis has the prefix \"{$own}\", and the Redis facade has \"{$facade}\": what Redis::publish() and Redis::rpush() write is not found by streams.",
            'Add ?prefix='.rawurlencode($facade).' to SSE_REDIS, or name a connection of config/database.php there. Sse::publish() works either way.',
        );
    }
}
