<?php

declare(strict_types=1);

namespace Sse\Laravel;

use Illuminate\Broadcasting\BroadcastManager;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Container\Container;
use Illuminate\Contracts\Events\Dispatcher;
use Illuminate\Contracts\Foundation\CachesConfiguration;
use Illuminate\Notifications\ChannelManager;
use Illuminate\Notifications\Events\NotificationSent;
use Illuminate\Support\ServiceProvider;
use RedisSubscriber;
use Sse\Laravel\Broadcasting\SseBroadcaster;
use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\Listeners\CloseConnections;
use Sse\Laravel\Listeners\DisconnectOnLogout;
use Sse\Laravel\Notifications\SendAfterDatabase;
use Sse\Laravel\Notifications\SseChannel;
use Sse\Laravel\Notify\Handlers;
use Sse\Laravel\Publishing\ExtensionPublisher;
use Sse\Laravel\Redis\RedisSettings;
use Sse\Laravel\Streaming\Server;

final class SseServiceProvider extends ServiceProvider
{
    private const COMMANDS = [
        Console\DoctorCommand::class,
        Console\HubCommand::class,
        Console\InstallCommand::class,
        Console\NotifyCommand::class,
        Console\PublishCommand::class,
        Console\RestartCommand::class,
        Console\StatusCommand::class,
        Console\TailCommand::class,
        Console\WorkCommand::class,
    ];

    public function register(): void
    {
        $this->mergeConfiguration();

        $this->app->singleton(Publisher::class, ExtensionPublisher::class);
        $this->app->singleton(Handlers::class);
        $this->app->scoped(SseManager::class);
        $this->app->bind(RedisSubscriber::class, fn (Container $app): RedisSubscriber => new RedisSubscriber(
            $app->make(RedisSettings::class)->resolve(),
        ));
        $this->app->singleton(Server::class, fn (): Server => Server::current());
    }

    public function boot(Dispatcher $events, Repository $config): void
    {
        // Both managers may have been made already, and a facade would ask for them in every request.
        $this->callAfterResolving(BroadcastManager::class, function (BroadcastManager $broadcasting): void {
            $broadcasting->extend('sse', fn (Container $app): SseBroadcaster => $app->make(SseBroadcaster::class));
        });
        $this->callAfterResolving(ChannelManager::class, function (ChannelManager $channels): void {
            $channels->extend('sse', fn (Container $app): SseChannel => $app->make(SseChannel::class));
        });
        if (! $config->has('broadcasting.connections.sse')) {
            $config->set('broadcasting.connections.sse', ['driver' => 'sse']);
        }

        $events->listen(NotificationSent::class, SendAfterDatabase::class);
        $events->listen(DisconnectOnLogout::EVENTS, DisconnectOnLogout::class);
        $events->listen(CloseConnections::EVENTS, CloseConnections::class);

        if (! $this->app->make(Server::class)->showsConnection()) {
            // Made here, it is the base application's and lives as long as the worker; a request's clone would throw it away.
            $this->app->make(Publisher::class);
        }
        if ($config->get('sse.broadcasting.endpoint') !== null) {
            $this->loadRoutesFrom(__DIR__.'/../routes/sse.php');
        }
        if ($this->app->runningInConsole()) {
            $this->publishes([__DIR__.'/../config/sse.php' => $this->app->configPath('sse.php')], 'sse-config');
            $this->commands(self::COMMANDS);
            // Each of them is asked by many checks of sse:doctor.
            foreach ([Doctor\HubProbe::class, Doctor\RedisProbe::class, System\Nginx\Nginx::class] as $probe) {
                $this->app->scoped($probe);
            }
        }
    }

    /** As mergeConfigFrom(), and group by group: a published file of an older version lacks settings, and keeps what it has. */
    private function mergeConfiguration(): void
    {
        if ($this->app instanceof CachesConfiguration && $this->app->configurationIsCached()) {
            return;
        }
        $config = $this->app->make(Repository::class);
        $given = $config->get('sse');
        $given = is_array($given) ? $given : [];
        /** @var array<string, mixed> $defaults */
        $defaults = require __DIR__.'/../config/sse.php';
        foreach ($defaults as $name => $default) {
            $value = array_key_exists($name, $given) ? $given[$name] : $default;
            $given[$name] = is_array($default) && is_array($value) ? array_merge($default, $value) : $value;
        }
        $config->set('sse', $given);
    }
}
