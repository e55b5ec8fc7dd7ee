<?php

declare(strict_types=1);

namespace App\Http\Middleware;

use Closure;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;

/**
 * What HTML minifiers, debug bars and careless hosts do to a response: section 8 streams through it all the same.
 */
final class BufferOutput
{
    public function handle(Request $request, Closure $next): Response
    {
        ini_set('zlib.output_compression', '1');
        ob_start();

        return $next($request);
    }
}
