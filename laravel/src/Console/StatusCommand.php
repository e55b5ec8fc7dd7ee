<?php

declare(strict_types=1);

namespace Sse\Laravel\Console;

use Illuminate\Console\Command;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Hub\HubOptions;
use Sse\Laravel\Status\Figures;
use Sse\Laravel\Status\Table;
use SseException;
use Symfony\Component\Console\Output\ConsoleOutputInterface;
use Symfony\Component\Console\Output\ConsoleSectionOutput;
use Symfony\Component\Console\Output\OutputInterface;

/** What the hub is doing: a table that is drawn anew each second, or once. */
final class StatusCommand extends Command
{
    protected $signature = 'sse:status
        {--control= : The hub\'s socket; by default sse.hub of config/sse.php}
        {--once : One table, of one second, instead of one that goes on until Ctrl-C}
        {--json : The figures as SseHub::stats() gives them}';

    protected $description = 'Show what the hub is doing';

    private bool $stopped = false;

    public function handle(HubOptions $options): int
    {
        try {
            $control = $this->option('control');
            $control = is_string($control) && $control !== '' ? $control : $options->control();
            $first = Figures::read($control);
        } catch (InvalidConfiguration $e) {
            $this->components->error($e->getMessage());

            return self::FAILURE;
        } catch (SseException $e) {
            $this->components->error("{$e->getMessage()}. Start a hub with `php artisan sse:work`, as the user that PHP's workers run as, "
                .'or name another socket with --control.');

            return self::FAILURE;
        }
        if ($this->option('json')) {
            $this->output->writeln(
                json_encode($first->values, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES),
                OutputInterface::OUTPUT_RAW,
            );

            return self::SUCCESS;
        }

        $screen = $this->option('once') ? null : $this->screen();

        return $screen === null ? $this->once($control, $first) : $this->live($control, $first, $screen);
    }

    /** What can be overwritten: a terminal. */
    private function screen(): ?ConsoleSectionOutput
    {
        $output = $this->output->getOutput();

        return $output instanceof ConsoleOutputInterface && stream_isatty(STDOUT) ? $output->section() : null;
    }

    private function once(string $control, Figures $first): int
    {
        sleep(1);
        try {
            $lines = Table::lines($control, Figures::read($control), $first);
        } catch (SseException $e) {
            $this->components->error($e->getMessage().'. It was there a second ago: see what `php artisan sse:work` has written.');

            return self::FAILURE;
        }
        $this->output->writeln($lines);

        return self::SUCCESS;
    }

    /** A hub that goes away meanwhile is waited for. */
    private function live(string $control, Figures $first, ConsoleSectionOutput $screen): int
    {
        $this->trap([SIGINT, SIGTERM], function (): void {
            $this->stopped = true;
        });
        $before = null;
        $now = $first;
        while (! $this->stopped) {
            $screen->overwrite($now === null
                ? ['', "  <fg=red>No hub answers at {$control}.</> Waiting for one; Ctrl-C ends this.", '']
                : [...Table::lines($control, $now, $before), '  <fg=gray>Ctrl-C ends this.</>']);
            $this->sleep(1.0);
            $before = $now;
            try {
                $now = Figures::read($control);
            } catch (SseException) {
                $now = null;
            }
        }

        return self::SUCCESS;
    }

    /** In short pieces where no signal wakes it. */
    private function sleep(float $seconds): void
    {
        for ($until = microtime(true) + $seconds; ! $this->stopped && microtime(true) < $until;) {
            usleep(50_000);
        }
    }
}
