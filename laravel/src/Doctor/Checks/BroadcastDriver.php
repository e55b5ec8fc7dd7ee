<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Result;

final readonly class BroadcastDriver implements Check
{
    public function __construct(private Repository $config)
    {
    }

    public function title(): string
    {
        return 'Broadcasting';
    }

    public function run(): Result
    {
        $name = $this->config->get('broadcasting.default');
        $name = is_string($name) ? $name : 'null';
        $driver = $this->config->get("broadcasting.connections.{$name}.driver");

        return match ($driver) {
            'sse' => Result::ok('Laravel broadcasts over SSE.'),
            'redis' => $this->config->get('sse.broadcasting.understand_redis')
                ? Result::ok('Laravel broadcasts through its redis driver, which streams understand (sse.broadcasting.understand_redis).')
                : Result::warning('Laravel broadcasts through its redis driver, and streams do not listen to that.',
                    'Set BROADCAST_CONNECTION=sse, with which a browser that was away gets what it missed; or SSE_UNDERSTAND_REDIS=true.'),
            default => Result::warning("BROADCAST_CONNECTION is \"{$name}\": events that implement ShouldBroadcast do not reach streams.",
                'Set BROADCAST_CONNECTION=sse in .env (`php artisan sse:install` does). If you only publish with Sse::publish(), this is well.'),
        };
    }
}
