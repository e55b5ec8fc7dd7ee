<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Support;

use Illuminate\Notifications\Notification;

class Invoice extends Notification
{
    public function __construct(private readonly int $total)
    {
    }

    /** @return list<string> */
    public function via(): array
    {
        return ['sse', 'database']; // in whatever order
    }

    /** @return array<string, int> */
    public function toArray(): array
    {
        return ['total' => $this->total];
    }
}
