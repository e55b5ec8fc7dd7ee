<?php

declare(strict_types=1);

namespace Sse\Laravel\Tail;

use Closure;
use RedisSubscriber;
use SseException;

/**
 * Shows what is published while it runs.
 *
 * Each signal names the entry before it: one that was not shown, as after a lost connection, is read from the log.
 */
final class Tail
{
    private readonly Log $log;

    /** @var array<string, string> by topic: the id of what was shown last */
    private array $shown = [];

    /** Whether a topic that is not in $shown is new, rather than merely not seen yet. */
    private bool $knowsAll = false;

    /** @param  Closure(Event): void  $show */
    public function __construct(private readonly RedisSubscriber $redis, string $prefix, private readonly Closure $show)
    {
        $this->log = new Log($redis, $prefix);
    }

    /**
     * @param  list<string>  $names  topics, or glob-style patterns of them
     * @param  int  $last  how many entries of each to show first
     *
     * @throws SseException
     */
    public function topics(array $names, int $last): void
    {
        if ($last > 0) {
            $this->showNewest($names, $last);
            $this->knowsAll = true;
        }
        foreach ($names as $name) {
            $this->listen("sse:{$name}", function (string $payload, string $channel): void {
                $this->heard(substr($channel, 4), $payload);
            });
        }
    }

    /** @param  list<string>  $names  plain Pub/Sub channels, or glob-style patterns of them */
    public function channels(array $names): void
    {
        foreach ($names as $name) {
            $this->listen($name, fn (string $payload, string $channel) => ($this->show)(new Event($channel, $payload, microtime(true))));
        }
    }

    /** @param  Closure(string, string): void  $heard */
    private function listen(string $name, Closure $heard): void
    {
        self::isPattern($name) ? $this->redis->psubscribe($name, $heard) : $this->redis->subscribe($name, $heard);
    }

    private static function isPattern(string $name): bool
    {
        return strpbrk($name, '*?[') !== false;
    }

    /** @param  list<string>  $names */
    private function showNewest(array $names, int $last): void
    {
        $topics = [];
        foreach ($names as $name) {
            array_push($topics, ...(self::isPattern($name) ? $this->log->matching($name) : [$name]));
        }
        $events = [];
        foreach (array_unique($topics) as $topic) {
            array_push($events, ...$this->log->newest($topic, $last));
        }
        usort($events, fn (Event $a, Event $b): int => Signal::isAfter((string) $a->id, (string) $b->id) ? 1 : -1);
        array_map($this->show(...), $events);
    }

    private function heard(string $topic, string $payload): void
    {
        $signal = Signal::parse($topic, $payload);
        if ($signal === null) {
            ($this->show)(new Event($topic, $payload, microtime(true)));

            return;
        }
        $last = $this->shown[$topic] ?? ($this->knowsAll ? '0-0' : null);
        if ($last !== null && $last !== $signal->previousId) {
            try {
                array_map($this->show(...), $this->log->between($topic, $last, $signal->previousId));
            } catch (SseException) {
                // Redis is away again; the next signal asks once more.
            }
        }
        $this->show($signal->event);
    }

    /** Not twice, as when a topic and a pattern both name it. */
    private function show(Event $event): void
    {
        $id = (string) $event->id;
        if (! isset($this->shown[$event->topic]) || Signal::isAfter($id, $this->shown[$event->topic])) {
            $this->shown[$event->topic] = $id;
            ($this->show)($event);
        }
    }
}
