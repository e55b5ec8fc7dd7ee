<?php

declare(strict_types=1);

use Illuminate\Foundation\Application;
use Illuminate\Foundation\Configuration\Exceptions;
use Illuminate\Foundation\Configuration\Middleware;
use Illuminate\Http\Middleware\HandleCors;
use Illuminate\Http\Request;

$app = Application::configure(basePath: dirname(__DIR__))
    ->withRouting(web: __DIR__.'/../routes/web.php', channels: __DIR__.'/../routes/channels.php', health: '/up')
    ->withMiddleware(function (Middleware $middleware): void {
        // Everything here is of one origin. For another one keep HandleCors and name the streams in config/cors.php.
        $middleware->remove(HandleCors::class);
    })
    ->withExceptions(function (Exceptions $exceptions): void {
        // EventSource would follow a redirect to the login page and find HTML there: a stream answers 401 instead.
        $exceptions->shouldRenderJsonWhen(
            fn (Request $request): bool => $request->is('sse/*', 'live/*/stream', 'broadcasting/*') || $request->expectsJson(),
        );
    })
    ->create();

// `serve` keeps all files of a run in one directory outside the checkout.
if (is_string($directory = getenv('EXAMPLE_DIR'))) {
    $app->useEnvironmentPath($directory);
    $app->useStoragePath("{$directory}/storage");
}

return $app;
