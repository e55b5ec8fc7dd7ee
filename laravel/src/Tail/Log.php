<?php

declare(strict_types=1);

namespace Sse\Laravel\Tail;

use RedisSubscriber;
use SseException;

/** Reads the logs of topics. */
final readonly class Log
{
    /** Topics that a pattern finds at most: more would not be read by anybody. */
    private const FOUND_MAX = 200;

    public function __construct(private RedisSubscriber $redis, private string $prefix)
    {
    }

    /**
     * @return list<Event> the newest entries, the oldest of them first
     *
     * @throws SseException
     */
    public function newest(string $topic, int $count): array
    {
        return array_reverse($this->events($topic, $this->redis->command('XREVRANGE', $this->key($topic), '+', '-', 'COUNT', $count)));
    }

    /**
     * @return list<Event> what came after the id $after, and at $until at the latest
     *
     * @throws SseException
     */
    public function between(string $topic, string $after, string $until): array
    {
        return $this->events($topic, $this->redis->command('XRANGE', $this->key($topic), "({$after}", $until, 'COUNT', 1000));
    }

    /**
     * @return list<string> topics with a log that a glob-style pattern matches
     *
     * @throws SseException
     */
    public function matching(string $pattern): array
    {
        $found = [];
        $cursor = '0';
        do {
            $answer = (array) $this->redis->command('SCAN', $cursor, 'MATCH', self::literal($this->prefix).'sse:'.$pattern, 'COUNT', 1000,
                'TYPE', 'stream');
            $cursor = is_scalar($answer[0] ?? null) ? (string) $answer[0] : '0';
            foreach ((array) ($answer[1] ?? []) as $key) {
                $found[is_string($key) ? substr($key, strlen($this->prefix) + 4) : ''] = true;
            }
        } while ($cursor !== '0' && count($found) < self::FOUND_MAX);
        unset($found['']);
        $topics = array_map(strval(...), array_keys($found));
        sort($topics);

        return $topics;
    }

    private function key(string $topic): string
    {
        return "{$this->prefix}sse:{$topic}";
    }

    /** @return list<Event> */
    private function events(string $topic, mixed $entries): array
    {
        $events = [];
        foreach (is_array($entries) ? $entries : [] as $entry) {
            [$id, $fields] = is_array($entry) && count($entry) === 2 ? array_values($entry) : [null, null];
            if (! is_string($id) || ! is_array($fields)) {
                continue;
            }
            $values = ['event' => '', 'data' => ''];
            foreach (array_chunk($fields, 2) as $field) {
                if (is_string($field[0] ?? null) && is_string($field[1] ?? null)) {
                    $values[$field[0]] = $field[1];
                }
            }
            $events[] = Event::entry($topic, $id, $values['event'], $values['data']);
        }

        return $events;
    }

    private static function literal(string $text): string
    {
        return preg_replace('/[*?\[\]\\\\]/', '\\\\$0', $text) ?? $text;
    }
}
