<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\NginxCheck;
use Sse\Laravel\Doctor\Result;

final class NginxGzip extends NginxCheck
{
    public function title(): string
    {
        return 'Compression';
    }

    protected function look(array $servers): Result
    {
        $blocks = [...self::passing($servers, 'fastcgi_pass'), ...self::passing($servers, 'proxy_pass')];
        foreach ($blocks === [] ? $servers : $blocks as $block) {
            foreach (['gzip', 'brotli', 'zstd'] as $kind) {
                $types = $block->effective("{$kind}_types")->arguments ?? [];
                if ($block->effective($kind)?->argument() === 'on' && array_intersect($types, ['*', 'text/event-stream']) !== []) {
                    return Result::failure("{$kind}_types names text/event-stream (or *) for `{$block->label()}`: nginx holds events back to compress them.",
                        "Take it out of {$kind}_types.");
                }
            }
        }

        return Result::ok('text/event-stream is not compressed.');
    }
}
