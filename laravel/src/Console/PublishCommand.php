<?php

declare(strict_types=1);

namespace Sse\Laravel\Console;

use Illuminate\Console\Command;
use InvalidArgumentException;
use Sse\Laravel\Redis\RedisSettings;
use Sse\Laravel\SseManager;
use SseException;

/** Publishes one event by hand. */
final class PublishCommand extends Command
{
    protected $signature = 'sse:publish
        {topic : The topic}
        {data? : JSON, or text that goes out as it is; - or nothing: standard input}
        {--event= : The event\'s name; clients hear one without as "message"}';

    protected $description = 'Publish an event to a topic';

    public function handle(SseManager $sse, RedisSettings $redis): int
    {
        $topic = $this->argument('topic');
        $topic = is_string($topic) ? $topic : '';
        $data = $this->argument('data');
        $event = $this->option('event');
        if ($data === null || $data === '-') {
            $data = rtrim((string) stream_get_contents(STDIN), "\n");
        }
        try {
            $id = $sse->publish($topic, $data, is_string($event) ? $event : null);
        } catch (InvalidArgumentException|SseException $e) {
            $this->components->error(rtrim($e->getMessage(), '.').'.'.($e instanceof SseException && $redis->isMemory()
                ? ' With memory: events go through the hub: start one with `php artisan sse:work`.' : ''));

            return self::FAILURE;
        }
        $this->line(is_string($id) ? $id : '');

        return self::SUCCESS;
    }
}
