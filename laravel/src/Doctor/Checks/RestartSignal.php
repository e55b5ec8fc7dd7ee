<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Contracts\Cache\Factory;
use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Console\RestartCommand;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Result;
use Throwable;

/** sse:restart tells sse:work through the cache. */
final readonly class RestartSignal implements Check
{
    public function __construct(private Factory $cache, private Repository $config)
    {
    }

    public function title(): string
    {
        return 'Cache';
    }

    public function run(): Result
    {
        $name = $this->config->get('cache.default');
        $name = is_string($name) ? $name : 'array';
        if (in_array($this->config->get("cache.stores.{$name}.driver"), ['array', 'null'], true)) {
            return Result::warning("The cache \"{$name}\" is not shared between processes: `php artisan sse:restart` reaches no hub.",
                'Set CACHE_STORE to file, redis or database; or send sse:work a SIGHUP (systemctl reload sse).');
        }
        try {
            $this->cache->store($name)->get(RestartCommand::KEY);
        } catch (Throwable $e) {
            return Result::failure("The cache \"{$name}\", through which sse:restart tells sse:work, cannot be read: {$e->getMessage()}",
                'Make its table (`php artisan migrate`), start its server, or set CACHE_STORE to another.');
        }

        return Result::ok("`php artisan sse:restart` reaches sse:work through the cache \"{$name}\".");
    }
}
