<?php

/** A process of ours and all its descendants: started in its own directory, ended by pid. */
final class Process
{
    /** @var resource */
    private $handle;

    public readonly int $pid;

    /** @var array<int, self> those that were not stopped yet */
    private static array $running = [];

    public function __construct(array $command, private string $directory, array $environment = [])
    {
        is_dir($directory) || mkdir($directory, 0755, true);
        $log = ['file', "$directory/output.log", 'a'];
        // As many open files as it may have: a connection is one.
        $command = ['sh', '-c', 'ulimit -n "$(ulimit -Hn)" && exec "$@"', 'sh', ...$command];
        $handle = proc_open($command, [['file', '/dev/null', 'r'], $log, $log], $pipes, $directory, $environment + getenv());
        if (! $handle) {
            throw new RuntimeException("$command[4] could not be started");
        }
        $this->handle = $handle;
        $this->pid = proc_get_status($handle)['pid'];
        self::$running[$this->pid] = $this;
    }

    public static function stopAll(): void
    {
        foreach (array_reverse(self::$running) as $process) {
            $process->stop();
        }
    }

    /** Its own pid and those of its descendants. */
    public function pids(): array
    {
        $children = [];
        foreach (glob('/proc/[0-9]*/stat') as $file) {
            // The name, in parentheses, may hold anything; the parent's pid is the second field behind it.
            if (($stat = @file_get_contents($file)) && preg_match('/^(\d+) .*\) \S (\d+) /s', $stat, $match)) {
                $children[(int) $match[2]][] = (int) $match[1];
            }
        }
        $pids = [$this->pid];
        for ($i = 0; $i < count($pids); $i++) {
            array_push($pids, ...$children[$pids[$i]] ?? []);
        }

        return $pids;
    }

    public function isRunning(): bool
    {
        return proc_get_status($this->handle)['running'];
    }

    public function log(): string
    {
        return trim((string) @file_get_contents("$this->directory/output.log"));
    }

    public function stop(int $signal = SIGTERM): void
    {
        $begun = array_filter(array_map(self::began(...), array_combine($pids = $this->pids(), $pids)));
        proc_terminate($this->handle, $signal);
        for ($end = microtime(true) + 5; $this->isRunning() && microtime(true) < $end; usleep(10_000)) {
        }
        // Whoever is left, if it is still the process that it was.
        foreach ($begun as $pid => $time) {
            if (self::began($pid) === $time) {
                posix_kill($pid, SIGKILL);
            }
        }
        proc_close($this->handle);
        unset(self::$running[$this->pid]);
    }

    /** When the process began, as the kernel counts; null if there is none. A zombie counts as none. */
    private static function began(int $pid): ?string
    {
        $stat = @file_get_contents("/proc/$pid/stat");
        if (! $stat || ! preg_match('/\) (\S)(?: \S+){18} (\d+)/s', $stat, $match) || $match[1] === 'Z') {
            return null;
        }

        return $match[2];
    }
}
