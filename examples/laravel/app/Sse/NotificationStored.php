<?php

declare(strict_types=1);

namespace App\Sse;

use App\Support\Outbox;
use Sse\Laravel\Contracts\CatchesUp;

/**
 * Section 7: what the separate server's `redisSubscribe()` did, once per signal and not once per tab.
 *
 * The application publishes only that there is something ('new'). `php artisan sse:notify` calls this, which asks the database
 * and publishes the payload; the hub, which runs no PHP and knows no database, carries it to every tab of the user. Outbox
 * publishes by itself, as a row counts as announced only after that.
 */
final readonly class NotificationStored implements CatchesUp
{
    public function __construct(private Outbox $outbox)
    {
    }

    public function handle(string $payload, string $name): ?iterable
    {
        if (preg_match('/^notifications:(\d+):signal$/', $name, $match) === 1) {
            $this->outbox->announce((int) $match[1]);
        }

        return null;
    }

    /** A signal that was lost, or came while nobody listened. */
    public function catchUp(): ?iterable
    {
        $this->outbox->announce();

        return null;
    }
}
