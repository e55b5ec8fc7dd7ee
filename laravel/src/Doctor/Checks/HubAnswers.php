<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\HubProbe;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\Status\Units;

final readonly class HubAnswers implements Check
{
    public function __construct(private HubProbe $hub)
    {
    }

    public function title(): string
    {
        return 'Hub';
    }

    public function run(): Result
    {
        $control = $this->hub->control();
        if ($control === null) {
            return Result::warning('sse.hub is not set: each stream holds one of PHP\'s workers.', 'Remove SSE_HUB from .env, and run `php artisan sse:work`.');
        }
        $figures = $this->hub->figures();
        if ($figures === null) {
            return Result::failure("{$this->hub->problem()}.", 'Run `php artisan sse:work` and keep it running: `php artisan sse:install --systemd` prints a unit for it.');
        }
        $clients = $figures->number('clients');
        $max = $figures->number('max_clients');
        $found = Units::count($clients).' of '.Units::count($max).' streams, up '.Units::duration($figures->number('uptime_seconds')).'.';

        return match (true) {
            $figures->text('phase') !== 'serving' => Result::warning("It is {$figures->text('phase')}: {$found}", 'Run this command again when it has ended or restarted.'),
            $clients >= 0.9 * $max => Result::warning("It is nearly full: {$found}", 'Raise sse.work.max_clients, and run `php artisan sse:restart`.'),
            default => Result::ok("It is serving {$found}"),
        };
    }
}
