<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\NginxCheck;
use Sse\Laravel\Doctor\Result;

final class NginxHttp2 extends NginxCheck
{
    public function title(): string
    {
        return 'HTTP/2';
    }

    protected function look(array $servers): Result
    {
        foreach ($servers as $server) {
            if ($server->effective('http2')?->argument() === 'on') {
                return Result::ok('It is on: a browser may open as many streams as it wants.');
            }
            foreach ($server->children('listen') as $listen) {
                if (array_intersect($listen->arguments, ['http2', 'quic']) !== []) {
                    return Result::ok("`{$listen->label()}`: a browser may open as many streams as it wants.");
                }
            }
        }

        return Result::warning(
            'The site is served by HTTP/1.1, over which a browser opens six connections to a host, all tabs together: with six tabs open, the seventh waits.',
            'Listen with `443 ssl` and `http2 on;` (before nginx 1.25: `listen 443 ssl http2`), or share one stream between tabs in a SharedWorker. Behind another proxy that speaks HTTP/2 this is well.',
        );
    }
}
