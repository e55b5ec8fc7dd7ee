<?php

declare(strict_types=1);

namespace Sse\Laravel\Notify;

use Closure;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Container\Container;
use Sse\Laravel\Contracts\CatchesUp;
use Sse\Laravel\Contracts\SignalHandler;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Topic;

/**
 * What sse:notify listens to, and what it does then: the classes of the setting sse.notify, and closures of Sse::onSignal() and
 * Sse::onItem().
 *
 * @phpstan-type Handler Closure(string, string): mixed
 */
final class Handlers
{
    /** @var array<string, list<Handler>> */
    private array $channels = [];

    /** @var array<string, list<Handler>> */
    private array $lists = [];

    /** @var array<class-string, SignalHandler> one of each class, whatever it is named for */
    private array $made = [];

    public function __construct(private readonly Container $container, private readonly Repository $config)
    {
    }

    public function channel(string $channel, Closure $handler): void
    {
        $this->channels[Topic::name($channel)][] = $handler;
    }

    public function list(string $list, Closure $handler): void
    {
        $this->lists[Topic::name($list)][] = $handler;
    }

    /** @return array<string, list<Handler>> by channel or glob-style pattern */
    public function channels(): array
    {
        return $this->merged('sse.notify.channels', $this->channels);
    }

    /** @return array<string, list<Handler>> by list */
    public function lists(): array
    {
        return $this->merged('sse.notify.lists', $this->lists);
    }

    /** @return list<CatchesUp> */
    public function catchingUp(): array
    {
        $this->channels();
        $this->lists();

        return array_values(array_filter($this->made, fn (SignalHandler $handler): bool => $handler instanceof CatchesUp));
    }

    /**
     * @param  array<string, list<Handler>>  $handlers
     * @return array<string, list<Handler>>
     */
    private function merged(string $key, array $handlers): array
    {
        foreach ((array) $this->config->get($key, []) as $name => $class) {
            $handler = is_string($class) && class_exists($class) ? $this->made[$class] ?? $this->container->make($class) : null;
            if (! $handler instanceof SignalHandler) {
                throw new InvalidConfiguration("{$key}: \"{$name}\" must name a class that implements ".SignalHandler::class.'.');
            }
            $this->made[$handler::class] = $handler;
            $handlers[Topic::name((string) $name)][] = $handler->handle(...);
        }

        return $handlers;
    }
}
