<?php

declare(strict_types=1);

namespace App\Console\Commands;

use Illuminate\Console\Command;
use RedisSubscriber;
use Sse\Laravel\Redis\RedisSettings;

/**
 * Section 11: a worker that hands each message to the list of its user, where the stream waits for it.
 *
 * It takes the messages from a list as well: what Pub/Sub sends while a worker restarts is lost, a list waits. Should the
 * callback throw, the message goes back to the head of the list.
 */
final class RelayCommand extends Command
{
    /** What a user who never comes back leaves in Redis: so many items, for so long. */
    private const ITEMS = 100;

    private const SECONDS = 3600;

    protected $signature = 'sse:relay {queue=notif-queue}';

    protected $description = 'Hands the messages of a Redis list to the lists of their users';

    public function handle(RedisSubscriber $subscriber, RedisSettings $redis): int
    {
        $prefix = $redis->prefix();
        foreach ([SIGINT, SIGTERM] as $signal) {
            $subscriber->onSignal($signal, fn () => $subscriber->stop());
        }

        $subscriber->blpop($this->argument('queue'), function (string $payload) use ($subscriber, $prefix): void {
            $message = json_decode($payload, true);

            if (! is_int($message['user_id'] ?? null)) {
                $this->warn("ignored, it names no user: {$payload}");

                return;
            }

            // command() sends what it is given, so the prefix is added here.
            $key = $prefix."sse:notifications:user:{$message['user_id']}";
            $subscriber->command('RPUSH', $key, $payload);
            $subscriber->command('LTRIM', $key, -self::ITEMS, -1);
            $subscriber->command('EXPIRE', $key, self::SECONDS);
            $this->line(now()->format('H:i:s.v')." user {$message['user_id']}: handed over");
        });

        $this->info("Taking messages from {$this->argument('queue')}.");
        $subscriber->run();
        $this->info('Stopped.');

        return self::SUCCESS;
    }
}
