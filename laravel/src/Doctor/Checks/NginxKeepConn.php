<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\NginxCheck;
use Sse\Laravel\Doctor\Result;

/** A connection that was handed over is the hub's: nginx must not send it another request. */
final class NginxKeepConn extends NginxCheck
{
    public function title(): string
    {
        return 'fastcgi_keep_conn';
    }

    protected function look(array $servers): Result
    {
        $blocks = self::passing($servers, 'fastcgi_pass');
        if ($blocks === []) {
            return Result::skipped('This site has no fastcgi_pass: PHP is reached in another way.');
        }
        foreach ($blocks as $block) {
            if ($block->effective('fastcgi_keep_conn')?->argument() === 'on') {
                return Result::failure("It is on in `{$block->label()}`: after a stream was handed over, nginx sends the next request down a connection that no PHP is behind.",
                    'Set fastcgi_keep_conn off there, and take `keepalive` out of the upstream.');
            }
        }

        return Result::ok('It is off, as connections that are handed over need it.');
    }
}
