<?php

declare(strict_types=1);

namespace Sse\Laravel\Console;

use Closure;
use Illuminate\Console\Command;
use Illuminate\Contracts\Debug\ExceptionHandler;
use RedisSubscriber;
use Sse\Laravel\Notify\Handlers;
use Sse\Laravel\Redis\RedisSettings;
use Sse\Laravel\SseManager;
use Throwable;

/**
 * The process between the application and the hub that knows the database: signals and list items in, events out.
 *
 * @phpstan-import-type Handler from Handlers
 */
final class NotifyCommand extends Command
{
    protected $signature = 'sse:notify';

    protected $description = 'Turn signals and list items into events, with one look at the database for all tabs';

    public function __construct(
        private readonly Handlers $handlers,
        private readonly SseManager $sse,
        private readonly RedisSettings $redis,
        private readonly ExceptionHandler $exceptions,
    ) {
        parent::__construct();
    }

    public function handle(): int
    {
        $channels = $this->handlers->channels();
        $lists = $this->handlers->lists();
        if ($channels === [] && $lists === []) {
            $this->components->error('There is nothing to listen to: name handlers in config/sse.php (notify), or call Sse::onSignal() '
                .'or Sse::onItem() in a service provider.');

            return self::INVALID;
        }
        if ($this->redis->isMemory()) {
            $this->components->error('sse:notify listens to Redis, and sse.redis is "memory:".');

            return self::INVALID;
        }

        $subscriber = $this->laravel->make(RedisSubscriber::class);
        foreach ($channels as $name => $handlers) {
            $method = strpbrk($name, '*?[') === false ? 'subscribe' : 'psubscribe';
            $subscriber->{$method}($name, $this->onSignal($handlers));
        }
        foreach ($lists as $name => $handlers) {
            $subscriber->blpop($name, $this->onItem($handlers, $subscriber));
        }
        $this->catchUp($subscriber);
        foreach ([SIGINT, SIGTERM] as $signal) {
            $subscriber->onSignal($signal, fn () => $subscriber->stop());
        }

        $this->components->info('Waiting for signals on '.implode(', ', [...array_keys($channels), ...array_keys($lists)]).'.');
        $subscriber->run();
        $this->components->info('Stopped.');

        return self::SUCCESS;
    }

    /** Now, and every so many seconds. */
    private function catchUp(RedisSubscriber $subscriber): void
    {
        $handlers = $this->handlers->catchingUp();
        $seconds = config('sse.notify.catch_up');
        if ($handlers === [] || ! is_numeric($seconds) || $seconds <= 0) {
            return;
        }
        $catchUp = function () use ($handlers): void {
            foreach ($handlers as $handler) {
                try {
                    $this->publish($handler->catchUp(...), '', 'catching up');
                } catch (Throwable $e) {
                    $this->failed($e, 'catching up');
                }
            }
        };
        $subscriber->every((float) $seconds, $catchUp);
        $catchUp();
    }

    /**
     * A signal is lost when its handler fails, as Pub/Sub promises no delivery anyway; the failure is reported.
     *
     * @param  list<Handler>  $handlers
     */
    private function onSignal(array $handlers): Closure
    {
        return function (string $payload, string $name) use ($handlers): void {
            foreach ($handlers as $handler) {
                try {
                    $this->publish($handler, $payload, $name);
                } catch (Throwable $e) {
                    $this->failed($e, $name);
                }
            }
        };
    }

    /**
     * An item whose handler fails is put aside, to "{list}:failed": back at the head it would keep all others waiting.
     *
     * @param  list<Handler>  $handlers
     */
    private function onItem(array $handlers, RedisSubscriber $subscriber): Closure
    {
        return function (string $item, string $name) use ($handlers, $subscriber): void {
            try {
                foreach ($handlers as $handler) {
                    $this->publish($handler, $item, $name);
                }
            } catch (Throwable $e) {
                $this->failed($e, $name);
                $subscriber->command('RPUSH', $this->redis->prefix().$name.':failed', $item);
            }
        };
    }

    /** @param  Handler  $handler */
    private function publish(Closure $handler, string $payload, string $name): void
    {
        /** @var iterable<array-key, array{0: string, 1: mixed, 2?: ?string}>|null $events */
        $events = $handler($payload, $name);
        $count = count($this->sse->publishMany($events ?? []));
        $this->line(now()->format('H:i:s.v')." {$name}: {$count} events", verbosity: 'v');
    }

    private function failed(Throwable $e, string $name): void
    {
        $this->exceptions->report($e);
        $this->line(now()->format('H:i:s.v')." {$name}: <error>{$e->getMessage()}</error>");
    }
}
