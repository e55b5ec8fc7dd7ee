<?php

declare(strict_types=1);

namespace Sse\Laravel\Hub;

use RuntimeException;

/** A hub in a process of its own, which writes where this one writes. */
final class HubProcess
{
    /** @var resource */
    private $process;

    private readonly float $started;

    private ?int $exitCode = null;

    /** @param  list<string>  $command */
    public function __construct(array $command)
    {
        // Output is inherited: to name STDOUT here would rewind it, and a log file be written over from its beginning.
        $process = proc_open($command, [['file', '/dev/null', 'r']], $pipes, null, self::environment());
        if ($process === false) {
            throw new RuntimeException('The hub could not be started: '.implode(' ', $command));
        }
        $this->process = $process;
        $this->started = microtime(true);
    }

    /** null: it is running. A process that a signal ended has 128 plus its number. */
    public function exitCode(): ?int
    {
        if ($this->exitCode === null) {
            $status = proc_get_status($this->process);
            if (! $status['running']) {
                $this->exitCode = $status['signaled'] ? 128 + $status['termsig'] : $status['exitcode'];
            }
        }

        return $this->exitCode;
    }

    /** Seconds since it was started. */
    public function age(): float
    {
        return microtime(true) - $this->started;
    }

    /** Ends it: gently, and after so many seconds by force. */
    public function stop(float $patience): int
    {
        proc_terminate($this->process, SIGTERM);
        for ($until = microtime(true) + $patience; $this->exitCode() === null && microtime(true) < $until;) {
            usleep(20_000);
        }
        if ($this->exitCode() === null) {
            proc_terminate($this->process, SIGKILL);
        }

        return $this->exitCode() ?? 128 + SIGKILL;
    }

    /**
     * What this process was started with, without what .env has added since: a hub that is started later reads .env itself, as it
     * is by then.
     *
     * @return array<string, string>|null  null: what this process has, where the system does not tell more
     */
    private static function environment(): ?array
    {
        $variables = [];
        foreach (array_filter(explode("\0", (string) @file_get_contents('/proc/self/environ'))) as $pair) {
            [$name, $value] = explode('=', $pair, 2) + [1 => ''];
            $variables[$name] = $value;
        }

        return $variables === [] ? null : $variables;
    }

    /**
     * A command line of this PHP, with the options that it was started with: an extension that was loaded by -d is loaded there too.
     *
     * @return list<string>
     */
    public static function php(string ...$arguments): array
    {
        $own = explode("\0", rtrim((string) @file_get_contents('/proc/self/cmdline'), "\0"));
        $options = [];
        for ($i = 1; $i < count($own) && str_starts_with($own[$i], '-'); $i++) {
            $options[] = $own[$i];
            if (in_array($own[$i], ['-d', '-c', '-z'], true)) {
                $options[] = $own[++$i] ?? '';
            }
        }

        return [PHP_BINARY, ...$options, ...array_values($arguments)];
    }
}
