<?php

declare(strict_types=1);

namespace Sse\Laravel\Console;

use Illuminate\Console\Command;
use Illuminate\Contracts\Cache\Repository as Cache;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Hub\HubOptions;
use SseException;
use SseHub;

/** Tells every sse:work that shares this cache to replace its hub, as after a deployment. */
final class RestartCommand extends Command
{
    public const KEY = 'sse:restart';

    protected $signature = 'sse:restart';

    protected $description = 'Replace the running hubs with new ones, without ending a stream';

    public function handle(Cache $cache, HubOptions $options): int
    {
        $cache->forever(self::KEY, bin2hex(random_bytes(8)));
        try {
            SseHub::stats($options->control());
            $this->components->info('Told the hubs to restart; they do within a second.');
        } catch (SseException|InvalidConfiguration $e) {
            $this->components->warn("No hub runs here ({$e->getMessage()}). Those of other machines that share this cache restart within a second.");
        }

        return self::SUCCESS;
    }
}
