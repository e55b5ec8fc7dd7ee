<?php

declare(strict_types=1);

namespace App\Providers;

use Illuminate\Support\Facades\URL;
use Illuminate\Support\ServiceProvider;
use RedisSubscriber;
use SsePublisher;

final class AppServiceProvider extends ServiceProvider
{
    /**
     * Gives the extension the Redis that the Redis facade uses, key prefix included: what one of them writes, the other
     * finds. The hub must have the same Redis and prefix, or it takes no stream.
     */
    public function register(): void
    {
        config(['sse.redis' => config('sse.broker') === 'memory' ? 'memory:' : config('database.redis.default') + [
            'prefix' => config('database.redis.options.prefix'),
        ]]);

        $this->app->singleton(SsePublisher::class, fn (): SsePublisher => new SsePublisher(config('sse.redis')));
        $this->app->bind(RedisSubscriber::class, fn (): RedisSubscriber => new RedisSubscriber(config('sse.redis')));
    }

    public function boot(): void
    {
        // Debian's nginx hands PHP the name of the host without its port, so redirects would go to port 80.
        URL::forceRootUrl(config('app.url'));
    }
}
