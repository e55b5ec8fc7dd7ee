<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Support;

use RuntimeException;
use Sse\Laravel\Contracts\SignalHandler;

/** An item of the list `reports` is the number of a user. */
final class ReportDone implements SignalHandler
{
    public function handle(string $payload, string $name): array
    {
        if (! ctype_digit($payload)) {
            throw new RuntimeException("no user: {$payload}");
        }

        return [["user.{$payload}", ['report' => $name], 'report']];
    }
}
