<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Result;

final readonly class BroadcastQueue implements Check
{
    public function __construct(private Repository $config)
    {
    }

    public function title(): string
    {
        return 'Queue';
    }

    public function run(): Result
    {
        $name = $this->config->get('queue.default');
        $name = is_string($name) ? $name : 'sync';

        return $this->config->get("queue.connections.{$name}.driver") === 'sync'
            ? Result::warning('The queue is "sync": each request broadcasts its events itself, and the page waits for it.',
                'Set QUEUE_CONNECTION=redis (or database) and run `php artisan queue:work`; events that must not wait implement ShouldBroadcastNow.')
            : Result::ok("Events are broadcast from the queue \"{$name}\", by `php artisan queue:work`.");
    }
}
