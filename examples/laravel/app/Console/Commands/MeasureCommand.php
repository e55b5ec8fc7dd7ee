<?php

declare(strict_types=1);

namespace App\Console\Commands;

use App\Desk\Figures;
use Illuminate\Console\Command;
use Sse\Laravel\Facades\Sse;

/** Looks at the hub and at PHP-FPM once a second, whatever the number of pages that show it. */
final class MeasureCommand extends Command
{
    protected $signature = 'desk:measure {--every=1 : Seconds}';

    protected $description = 'Publish the figures of the page "Streams and workers"';

    public function handle(Figures $figures): int
    {
        $stopped = false;
        $this->trap([SIGINT, SIGTERM], function () use (&$stopped): void {
            $stopped = true;
        });
        $this->components->info('Measuring.');

        while (! $stopped) {
            // With "memory:" a hub that is away takes no figures either.
            rescue(function () use ($figures): void {
                $line = $figures->next();
                $figures->keep($line);
                Sse::publish(Figures::TOPIC, $line, 'figures');
            });
            usleep((int) (max(0.1, (float) $this->option('every')) * 1e6));
        }

        return self::SUCCESS;
    }
}
