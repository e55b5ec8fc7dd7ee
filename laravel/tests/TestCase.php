<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests;

use Illuminate\Contracts\Console\Kernel;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\Bootstrap\LoadConfiguration;
use Illuminate\Foundation\Configuration\Exceptions;
use Illuminate\Foundation\Configuration\Middleware;
use Illuminate\Foundation\Testing\TestCase as LaravelTestCase;
use Sse\Laravel\SseServiceProvider;
use Sse\Laravel\Tests\Support\Files;
use Sse\Laravel\Tests\Support\RedisServer;

/** A Laravel application with this package, in a directory of its own, and a Redis beside it when a test asks for one. */
abstract class TestCase extends LaravelTestCase
{
    protected string $basePath;

    protected function setUp(): void
    {
        $this->basePath = sys_get_temp_dir().'/sse-laravel-'.getmypid().'-'.bin2hex(random_bytes(4));
        foreach (['bootstrap/cache', 'config', 'routes', 'database', 'storage/logs', 'storage/framework/views',
            'storage/framework/sessions', 'storage/framework/cache/data'] as $directory) {
            mkdir("{$this->basePath}/{$directory}", 0777, true);
        }
        parent::setUp();
    }

    protected function tearDown(): void
    {
        parent::tearDown();
        Files::remove($this->basePath);
    }

    /** @return array<string, mixed> what differs from Laravel's own configuration, dotted */
    protected function configuration(): array
    {
        return [];
    }

    /** The Redis of this test run, empty. */
    protected function redis(): RedisServer
    {
        return RedisServer::shared();
    }

    public function createApplication(): Application
    {
        $app = Application::configure(basePath: $this->basePath)
            ->withProviders([SseServiceProvider::class], false)
            ->withMiddleware(fn (Middleware $middleware) => null)
            ->withExceptions(fn (Exceptions $exceptions) => null)
            ->create();
        $app->afterBootstrapping(LoadConfiguration::class, function (Application $app): void {
            $app->make('config')->set($this->configuration() + [
                'app.key' => 'base64:'.base64_encode(str_repeat('k', 32)),
                'app.env' => 'testing',
                'app.debug' => true,
                'auth.providers.users.model' => Support\User::class,
                'broadcasting.default' => 'sse',
                'cache.default' => 'array',
                'database.default' => 'sqlite',
                'database.connections.sqlite.database' => ':memory:',
                'database.redis.client' => 'predis',
                'database.redis.options.prefix' => 'app:',
                'logging.default' => 'single',
                'queue.default' => 'sync',
                'session.driver' => 'array',
            ]);
        });
        $app->make(Kernel::class)->bootstrap();

        return $app;
    }

    /** Points the application at the Redis of this test run. */
    protected function useRedis(): RedisServer
    {
        $redis = $this->redis();
        config(['database.redis.default' => ['host' => '127.0.0.1', 'port' => $redis->port, 'database' => 0]]);

        return $redis;
    }
}
