<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\HubProbe;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\System\HttpProbe;

final readonly class Listener implements Check
{
    public function __construct(private HubProbe $hub, private Repository $config)
    {
    }

    public function title(): string
    {
        return 'Listener';
    }

    public function run(): Result
    {
        $listen = $this->config->get('sse.work.listen');
        if (! is_string($listen) || $listen === '') {
            return Result::skipped('The hub has none (sse.work.listen): connections are handed over.');
        }
        if ($this->hub->figures() === null) {
            return Result::skipped('The hub cannot be asked.');
        }
        $health = HttpProbe::get($listen, '/healthz');
        if ($health !== 200) {
            return Result::failure(
                "{$listen} gives no answer to /healthz: ".(is_int($health) ? "status {$health}" : $health).'.',
                'Run `php artisan sse:restart` if SSE_LISTEN was changed; otherwise another program has that address, as the hub\'s log says.',
            );
        }
        $ready = HttpProbe::get($listen, '/readyz');

        return $ready === 200 ? Result::ok("{$listen} answers, and takes streams.")
            : Result::warning("{$listen} answers, but takes no streams now (/readyz: {$ready}).", 'See whether the hub reaches Redis, and is not about to end.');
    }
}
