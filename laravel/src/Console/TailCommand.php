<?php

declare(strict_types=1);

namespace Sse\Laravel\Console;

use Illuminate\Console\Command;
use RedisSubscriber;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Exceptions\InvalidTopic;
use Sse\Laravel\Redis\RedisSettings;
use Sse\Laravel\Tail\Event;
use Sse\Laravel\Tail\Formatter;
use Sse\Laravel\Tail\Tail;
use SseException;
use Symfony\Component\Console\Output\OutputInterface;
use Symfony\Component\Console\Terminal;
use ValueError;

/** Events as they pass. */
final class TailCommand extends Command
{
    private const LAST_MAX = 1000;

    protected $signature = 'sse:tail
        {topic* : Topics, or patterns of them such as "orders.*" (in quotes, or the shell takes the star)}
        {--last=0 : Show so many of the newest events of each topic first}
        {--channel : The names are plain Pub/Sub channels}
        {--json : One JSON object a line}';

    protected $description = 'Show events as they are published; -v shows all of their data';

    public function handle(RedisSettings $settings): int
    {
        $problem = $this->problem($settings);
        if ($problem !== null) {
            $this->components->error($problem);

            return self::INVALID;
        }
        try {
            $this->tail($settings);
        } catch (SseException|InvalidConfiguration $e) {
            $this->components->error(rtrim($e->getMessage(), '.').'. `php artisan sse:doctor` looks at the connection to Redis.');

            return self::FAILURE;
        } catch (ValueError $e) {
            $this->components->error('The Redis connection of sse.redis: '.$e->getMessage());

            return self::FAILURE;
        }

        return self::SUCCESS;
    }

    /** @throws SseException|InvalidConfiguration|ValueError */
    private function tail(RedisSettings $settings): void
    {
        $names = $this->names();
        $redis = $this->laravel->make(RedisSubscriber::class);
        $tail = new Tail($redis, $settings->prefix(), $this->show());
        foreach ([SIGINT, SIGTERM] as $signal) {
            $redis->onSignal($signal, fn () => $redis->stop());
        }
        if (! $this->option('json')) {
            $this->components->info('Waiting for events on '.implode(', ', $names).'; Ctrl-C ends this.');
        }
        $this->option('channel') ? $tail->channels($names) : $tail->topics($names, (int) $this->last());
        $redis->run();
    }

    /** @return \Closure(Event): void */
    private function show(): \Closure
    {
        $formatter = new Formatter(stream_isatty(STDOUT) ? (new Terminal)->getWidth() : null);

        return function (Event $event) use ($formatter): void {
            if ($this->option('json')) {
                $this->output->writeln(Formatter::json($event), OutputInterface::OUTPUT_RAW);
            } else {
                $this->output->writeln($this->output->isVerbose() ? $formatter->block($event) : $formatter->line($event));
            }
        };
    }

    private function problem(RedisSettings $settings): ?string
    {
        foreach ($this->names() as $name) {
            if (($reason = InvalidTopic::reason($name)) !== null) {
                return "A topic's name {$reason}.";
            }
        }

        return match (true) {
            $settings->isMemory() => 'sse.redis is "memory:", and such events never leave the hub: nobody else can listen. Open a stream of the '
                .'topic instead, with a browser or curl -N, or set SSE_REDIS to a Redis.',
            $this->last() === null => '--last must be a number from 0 to '.self::LAST_MAX.'.',
            $this->last() > 0 && (bool) $this->option('channel') => 'A plain channel keeps nothing: --last is for topics.',
            default => null,
        };
    }

    private function last(): ?int
    {
        $last = filter_var($this->option('last'), FILTER_VALIDATE_INT, ['options' => ['min_range' => 0, 'max_range' => self::LAST_MAX]]);

        return $last === false ? null : $last;
    }

    /** @return list<string> */
    private function names(): array
    {
        return array_values(array_filter((array) $this->argument('topic'), is_string(...)));
    }
}
