<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Result;

final readonly class Heartbeat implements Check
{
    /** Seconds of silence after which most proxies and load balancers close a connection. */
    private const USUAL_TIMEOUT = 60;

    public function __construct(private Repository $config)
    {
    }

    public function title(): string
    {
        return 'Heartbeat';
    }

    public function run(): Result
    {
        $seconds = $this->config->get('sse.stream.heartbeat');
        $seconds = is_numeric($seconds) ? (float) $seconds : 25.0;

        return match (true) {
            $seconds <= 0 => Result::warning('There is none (sse.stream.heartbeat is 0): a proxy closes a quiet stream, and the browser notices no loss.',
                'Set sse.stream.heartbeat to 25.'),
            $seconds >= self::USUAL_TIMEOUT => Result::warning("It comes every {$seconds} s, and most proxies close after ".self::USUAL_TIMEOUT.' s of silence.',
                'Set sse.stream.heartbeat to 25, or see that all proxies on the way wait longer.'),
            default => Result::ok("It comes every {$seconds} s."),
        };
    }
}
