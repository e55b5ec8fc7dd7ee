<?php

declare(strict_types=1);

/**
 * A small application for the tests over HTTP, with all that it writes in the directory APP_DIR; and its configuration in the
 * environment: REDIS_PORT, HUB, LISTEN, SSE_REDIRECT.
 */

use Illuminate\Foundation\Application;
use Illuminate\Foundation\Bootstrap\LoadConfiguration;
use Illuminate\Foundation\Configuration\Exceptions;
use Illuminate\Foundation\Configuration\Middleware;
use Sse\Laravel\SseServiceProvider;
use Sse\Laravel\Tests\Support\User;

require_once __DIR__.'/../../../vendor/autoload.php';

$directory = getenv('APP_DIR') ?: throw new RuntimeException('APP_DIR is not set');
foreach (['cache', 'storage/logs', 'storage/framework/views', 'storage/framework/sessions', 'storage/framework/cache/data'] as $path) {
    is_dir("{$directory}/{$path}") || mkdir("{$directory}/{$path}", 0777, true);
}
foreach (['SERVICES', 'PACKAGES', 'CONFIG', 'ROUTES', 'EVENTS'] as $name) {
    $_ENV["APP_{$name}_CACHE"] = "{$directory}/cache/".strtolower($name).'.php';
}

$app = Application::configure(basePath: dirname(__DIR__))
    ->withProviders([SseServiceProvider::class], false)
    ->withRouting(web: __DIR__.'/../routes.php', commands: __DIR__.'/../console.php', channels: __DIR__.'/../channels.php')
    ->withMiddleware(fn (Middleware $middleware) => $middleware->validateCsrfTokens(except: ['do/*']))
    ->withExceptions(fn (Exceptions $exceptions) => $exceptions->shouldRenderJsonWhen(fn (): bool => true))
    ->create();
$app->useStoragePath("{$directory}/storage");
$app->afterBootstrapping(LoadConfiguration::class, function (Application $app) use ($directory): void {
    $app->make('config')->set([
        'app.key' => 'base64:'.base64_encode(str_repeat('k', 32)),
        'app.debug' => true,
        'auth.providers.users.model' => User::class,
        'broadcasting.default' => 'sse',
        'cache.default' => 'file',
        'cache.stores.file.path' => "{$directory}/storage/framework/cache/data",
        'database.default' => 'sqlite',
        'database.connections.sqlite.database' => "{$directory}/database.sqlite",
        'database.connections.sqlite.busy_timeout' => 5000,
        'database.redis.client' => 'predis',
        'database.redis.default' => ['host' => '127.0.0.1', 'port' => getenv('REDIS_PORT') ?: 6379, 'database' => 0],
        'database.redis.options.prefix' => 'app:',
        'logging.default' => 'single',
        'queue.default' => 'sync',
        'session.driver' => 'file',
        'sse.hub' => getenv('HUB') ?: null,
        'sse.redirect' => getenv('SSE_REDIRECT') ?: null,
        'sse.work.listen' => getenv('LISTEN') ?: null,
        'sse.work.secret' => 'a secret of at least thirty-two bytes',
        'sse.work.drain' => 1,
        'sse.broadcasting.understand_redis' => true,
        'sse.notify.lists' => ['reports' => Sse\Laravel\Tests\Support\ReportDone::class],
    ]);
});

return $app;
