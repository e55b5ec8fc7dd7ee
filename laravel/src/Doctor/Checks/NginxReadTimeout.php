<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\NginxCheck;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\System\Nginx\Value;

final class NginxReadTimeout extends NginxCheck
{
    /** nginx' own default, seconds. */
    private const DEFAULT = 60.0;

    public function title(): string
    {
        return 'Read time-outs';
    }

    protected function look(array $servers): Result
    {
        $heartbeat = $this->heartbeat();
        $shortest = INF;
        foreach (['fastcgi', 'proxy'] as $kind) {
            foreach (self::passing($servers, "{$kind}_pass") as $block) {
                $value = $block->effective("{$kind}_read_timeout");
                $seconds = $value === null ? self::DEFAULT : Value::seconds(implode(' ', $value->arguments)) ?? self::DEFAULT;
                $shortest = min($shortest, $seconds);
                if ($seconds <= $heartbeat) {
                    return Result::failure("{$kind}_read_timeout is {$seconds} s in `{$block->label()}`, and a heartbeat comes every {$heartbeat} s: nginx ends quiet streams.",
                        "Set {$kind}_read_timeout ".max(75, (int) ceil(3 * $heartbeat)).'s there, or make sse.stream.heartbeat shorter.');
                }
            }
        }
        if (is_infinite($shortest)) {
            return Result::skipped('This site passes nothing to PHP or to a hub.');
        }

        return $heartbeat <= 0
            ? Result::warning("There is no heartbeat, and nginx ends a stream after {$shortest} s of silence.", 'Set sse.stream.heartbeat to 25.')
            : Result::ok("They are {$shortest} s and more, and a heartbeat comes every {$heartbeat} s.");
    }
}
