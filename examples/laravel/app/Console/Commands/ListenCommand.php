<?php

declare(strict_types=1);

namespace App\Console\Commands;

use Illuminate\Console\Command;
use RedisSubscriber;
use Sse\Laravel\Facades\Sse;

/**
 * Section 10: the subscription lives in a process of its own, so it blocks no Octane worker.
 *
 * Redis::subscribe() would neither notice SIGTERM while it waits nor come back after a Redis restart. RedisSubscriber does
 * both, and calls back from one loop.
 */
final class ListenCommand extends Command
{
    protected $signature = 'sse:listen {channel=notif-channel}';

    protected $description = 'Turns messages of a Redis channel into events that streams follow';

    public function handle(RedisSubscriber $subscriber): int
    {
        foreach ([SIGINT, SIGTERM] as $signal) {
            $subscriber->onSignal($signal, fn () => $subscriber->stop());
        }

        $subscriber->subscribe($this->argument('channel'), function (string $payload): void {
            $message = json_decode($payload, true);

            if (! is_int($message['user_id'] ?? null)) {
                $this->warn("ignored, it names no user: {$payload}");

                return;
            }

            $id = Sse::publish("worker:{$message['user_id']}", $message, 'worker');
            $this->line(now()->format('H:i:s.v')." user {$message['user_id']}: published {$id}");
        });

        $this->info("Listening to {$this->argument('channel')}.");
        $subscriber->run();
        $this->info('Stopped.');

        return self::SUCCESS;
    }
}
