<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Result;

/** Octane's servers hide the connection: streams go to the hub's listener. */
final readonly class Redirect implements Check
{
    public function __construct(private Repository $config)
    {
    }

    public function title(): string
    {
        return 'Redirect';
    }

    public function run(): Result
    {
        $place = $this->config->get('sse.redirect');
        $listen = $this->config->get('sse.work.listen');
        $hasPlace = is_string($place) && $place !== '';
        if ($hasPlace && ($listen === null || $listen === '')) {
            return Result::failure("Clients are sent to {$place}, and the hub has no listener.", 'Set SSE_LISTEN=127.0.0.1:8088, and run `php artisan sse:restart`.');
        }
        if ($hasPlace) {
            $isPlace = str_starts_with($place, '/') || preg_match('#^https?://[^/]+#', $place) === 1;

            return $isPlace
                ? Result::ok("Where the connection cannot be handed over, clients go to {$place}.")
                : Result::failure("sse.redirect is \"{$place}\".", 'It must be a path such as /sse-hub, which nginx leads to the hub, or an address with https://.');
        }

        return class_exists('Laravel\Octane\OctaneServiceProvider')
            ? Result::failure('Octane is installed, below which connections cannot be handed over, and sse.redirect is not set.',
                'Set SSE_REDIRECT=/sse-hub and add the location that `php artisan sse:install --proxy=nginx` prints. If Octane is not used, remove it.')
            : Result::skipped('It is not needed: there is no Octane, and connections are handed over.');
    }
}
