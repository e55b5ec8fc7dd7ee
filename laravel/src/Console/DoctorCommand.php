<?php

declare(strict_types=1);

namespace Sse\Laravel\Console;

use Illuminate\Console\Command;
use Illuminate\Support\Str;
use Sse\Laravel\Doctor\Doctor;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\Doctor\Status;
use Sse\Laravel\Tail\Printable;
use Symfony\Component\Console\Output\OutputInterface;

/** Looks for what keeps streams from working. */
final class DoctorCommand extends Command
{
    protected $signature = 'sse:doctor
        {--json : One JSON object}';

    protected $description = 'Look for what keeps streams from working, and say how to mend it';

    /** Sign and style of a status. */
    private const SIGNS = [
        'ok' => ['✓', 'fg=green'],
        'warning' => ['!', 'fg=yellow'],
        'failure' => ['✗', 'fg=red'],
        'skipped' => ['–', 'fg=gray'],
    ];

    /** Shown last: a heading, and why a check was skipped. */
    private ?string $heading = null;

    private ?string $reason = null;

    public function handle(Doctor $doctor): int
    {
        $checks = [];
        $counts = array_fill_keys(array_column(Status::cases(), 'value'), 0);
        foreach ($doctor->examine() as $name => [$heading, $title, $result]) {
            $counts[$result->status->value]++;
            $checks[] = ['name' => $name, 'status' => $result->status->value, 'found' => $result->found, 'mend' => $result->mend];
            if (! $this->option('json')) {
                $this->show($heading, $title, $result);
            }
        }
        $isWell = $counts[Status::Failure->value] === 0;
        if ($this->option('json')) {
            $this->output->writeln(
                json_encode(['ok' => $isWell, 'checks' => $checks], JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE),
                OutputInterface::OUTPUT_RAW,
            );
        } else {
            $this->summary($counts, $isWell);
        }

        return $isWell ? self::SUCCESS : self::FAILURE;
    }

    private function show(string $heading, string $title, Result $result): void
    {
        if ($heading !== $this->heading) {
            $this->output->writeln(['', "  <options=bold>{$heading}</>"]);
            [$this->heading, $this->reason] = [$heading, null];
        }
        // A reason that all checks of a group have is told once.
        $isKnown = $result->status === Status::Skipped && $result->found === $this->reason;
        $this->reason = $result->status === Status::Skipped ? $result->found : null;
        [$sign, $style] = self::SIGNS[$result->status->value];
        $this->output->writeln("  <{$style}>{$sign}</> ".Printable::styled($title.($isKnown ? '' : ': '), 'fg=gray').($isKnown ? '' : Printable::styled(
            Printable::line($result->found),
            $result->status === Status::Skipped ? 'fg=gray' : 'fg=default',
        )));
        if ($result->mend !== null) {
            $this->output->writeln('      '.Printable::styled('→ '.Printable::line($result->mend), $style));
        }
    }

    /** @param  array<string, int>  $counts */
    private function summary(array $counts, bool $isWell): void
    {
        $text = "{$counts['ok']} ok, {$counts['warning']} ".Str::plural('warning', $counts['warning'])
            .", {$counts['failure']} ".Str::plural('failure', $counts['failure']).", {$counts['skipped']} skipped";
        $this->output->newLine();
        $isWell ? $this->components->info("{$text}.") : $this->components->error("{$text}. Begin with the first failure.");
    }
}
