<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\HubProbe;
use Sse\Laravel\Doctor\RedisProbe;
use Sse\Laravel\Doctor\Result;

/** Whether hub and application mean the same Redis: a message over ours must reach a hub. */
final readonly class HubRedis implements Check
{
    public function __construct(private HubProbe $hub, private RedisProbe $redis, private Publisher $publisher)
    {
    }

    public function title(): string
    {
        return 'Its Redis';
    }

    public function run(): Result
    {
        $figures = $this->hub->figures();
        if ($figures === null) {
            return Result::skipped('The hub cannot be asked.');
        }
        if (! $figures->isTrue('broker_ready')) {
            return Result::failure('The hub has no connection to its Redis, and keeps trying.', 'Start Redis, or correct the connection and run `php artisan sse:restart`.');
        }
        if (! $this->redis->isWanted()) {
            return $figures->text('broker') === 'memory'
                ? Result::ok('The hub is the broker itself ("memory:"): its events end with it.')
                : Result::failure('The configuration says "memory:", and the hub that runs has Redis for a broker.',
                    'End sse:work (Ctrl-C, or your service manager) and start it again: a restart keeps the streams, and cannot change their broker.');
        }
        if ($this->redis->problem() !== null) {
            return Result::skipped('Our own Redis cannot be asked.');
        }
        // A user whom nobody has. All hubs of this Redis and prefix hear it.
        $heard = $this->publisher->disconnect('sse:doctor:'.bin2hex(random_bytes(8)));
        if ($heard === 0) {
            return Result::failure('The hub is connected to another Redis than this application, or has another prefix: nothing that is published reaches its streams.',
                'Run `php artisan sse:restart`, and see that sse:work reads the same .env as this command.');
        }
        $refused = $figures->number('handoffs_refused');

        return $refused === 0
            ? Result::ok(($heard === 1 ? 'A message over our Redis reaches the hub' : "A message over our Redis reaches {$heard} hubs").", which is connected to {$figures->text('redis')}.")
            : Result::warning("A message over our Redis reaches the hub, but it has refused {$refused} handovers.", 'Its log (standard error of sse:work) says why: another database, or another version of the extension.');
    }
}
