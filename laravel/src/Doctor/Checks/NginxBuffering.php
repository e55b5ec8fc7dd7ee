<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\NginxCheck;
use Sse\Laravel\Doctor\Result;

/** Streams say `X-Accel-Buffering: no` themselves; nginx may have been told not to listen. */
final class NginxBuffering extends NginxCheck
{
    public function title(): string
    {
        return 'Buffering';
    }

    protected function look(array $servers): Result
    {
        foreach (['fastcgi', 'proxy'] as $kind) {
            foreach (self::passing($servers, "{$kind}_pass") as $block) {
                $ignored = array_map(strtolower(...), $block->effective("{$kind}_ignore_headers")->arguments ?? []);
                $isBuffering = $block->effective("{$kind}_buffering")?->argument() !== 'off';
                if ($isBuffering && in_array('x-accel-buffering', $ignored, true)) {
                    return Result::failure("`{$block->label()}` ignores X-Accel-Buffering, with which streams turn buffering off: events come late or never.",
                        "Take X-Accel-Buffering out of {$kind}_ignore_headers, or set {$kind}_buffering off.");
                }
            }
        }

        return Result::ok('Streams turn it off themselves (X-Accel-Buffering).');
    }
}
