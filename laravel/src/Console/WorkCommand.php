<?php

declare(strict_types=1);

namespace Sse\Laravel\Console;

use Illuminate\Console\Command;
use Illuminate\Contracts\Cache\Repository as Cache;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Hub\HubOptions;
use Sse\Laravel\Hub\HubProcess;
use Sse\Laravel\Hub\Supervisor;
use Sse\Laravel\Redis\RedisSettings;

/** Runs the hub, as config/sse.php says, until SIGTERM. SIGHUP and sse:restart replace it without ending a stream. */
final class WorkCommand extends Command
{
    protected $signature = 'sse:work';

    protected $description = 'Run the hub, which holds the streams so that no PHP worker has to';

    public function handle(HubOptions $options, Cache $cache): int
    {
        try {
            $control = $options->control();
            $all = $options->all();
        } catch (InvalidConfiguration $e) {
            $this->components->error($e->getMessage());

            return HubCommand::MISCONFIGURED;
        }

        // A cache that cannot be read, such as a database without its table, costs the restarts and not the hub.
        $restartAt = rescue(fn (): mixed => $cache->get(RestartCommand::KEY));
        $supervisor = new Supervisor(
            fn (): HubProcess => new HubProcess(HubProcess::php(base_path('artisan'), 'sse:hub', '--takeover')),
            function (string $level, string $sentence): void {
                $this->components->{$level}($sentence);
            },
            function () use ($cache, &$restartAt): bool {
                $asked = rescue(fn (): mixed => $cache->get(RestartCommand::KEY), $restartAt);
                [$changed, $restartAt] = [$asked !== $restartAt, $asked];

                return $changed;
            },
            (is_numeric($all['drain'] ?? null) ? (float) $all['drain'] : 5.0) + 5.0,
            canTakeOver: $all['redis'] !== RedisSettings::MEMORY,
        );
        $this->trap([SIGTERM, SIGINT], fn () => $supervisor->stop());
        $this->trap(SIGHUP, fn () => $supervisor->restart());

        $listen = $all['listen'] ?? null;
        $this->components->info("The hub takes streams at {$control}".(is_string($listen) ? " and listens at {$listen}" : '').'.');

        return $supervisor->run();
    }
}
