<?php

declare(strict_types=1);

namespace App\Console\Commands;

use App\Support\Outbox;
use Illuminate\Console\Command;
use RedisSubscriber;

/**
 * Section 7: what the separate server's `redisSubscribe()` did, once per signal and not once per tab.
 *
 * The application publishes only that there is something ('new'). This process asks the database and publishes the payload;
 * the hub, which runs no PHP and knows no database, carries it to every tab of the user.
 */
final class NotifyCommand extends Command
{
    /** Pub/Sub promises no delivery: so often all users are looked after. */
    private const CATCH_UP_SECONDS = 15.0;

    private const PATTERN = 'notifications:*:signal';

    protected $signature = 'sse:notify';

    protected $description = 'Turns signals into events with what the database holds';

    public function handle(RedisSubscriber $subscriber, Outbox $outbox): int
    {
        foreach ([SIGINT, SIGTERM] as $signal) {
            $subscriber->onSignal($signal, fn () => $subscriber->stop());
        }

        $announce = function (?int $userId) use ($outbox): void {
            // A database that is away for a moment is reported; the next signal or the timer makes it good.
            $count = rescue(fn (): int => $outbox->announce($userId), 0);

            if ($count > 0) {
                $this->line(now()->format('H:i:s.v').' '.($userId === null ? 'catching up' : "user {$userId}").": {$count}");
            }
        };

        $subscriber->psubscribe(self::PATTERN, function (string $payload, string $channel) use ($announce): void {
            if (preg_match('/^notifications:(\d+):signal$/', $channel, $match) === 1) {
                $announce((int) $match[1]);
            }
        });
        $subscriber->every(self::CATCH_UP_SECONDS, fn () => $announce(null));

        $announce(null);
        $this->info('Waiting for signals.');
        $subscriber->run();
        $this->info('Stopped.');

        return self::SUCCESS;
    }
}
