<?php

/**
 * Something that holds SSE streams: started afresh for each measurement, on free ports of the loopback, in a directory of its
 * own. Those that need Redis get one of their own, which is not part of what is measured.
 */
abstract class Subject
{
    /** Where it listens. */
    public int $port;

    protected string $work;

    protected ?int $redis = null;

    /** @var Process[] what is measured */
    protected array $processes = [];

    /** @var Process[] what it needs beside it */
    private array $others = [];

    /** @var array<string, string> */
    private array $paths = [];

    public function __construct(public readonly string $name, protected readonly Bench $bench) {}

    /** Why it cannot be measured here, or null. */
    public function missing(): ?string
    {
        return null;
    }

    /** How many clients it can hold. */
    public function most(): int
    {
        return 10_000;
    }

    /** Starts it: sets $this->port, and $this->processes by run(). */
    abstract protected function launch(): void;

    /** The path that a client of the channel asks for. */
    public function path(string $channel): string
    {
        return "/sse?c=$channel";
    }

    /** Where its messages are published: see publisher.h. */
    public function publish(): string
    {
        return "redis:$this->redis";
    }

    public function start(): void
    {
        $this->work = $this->bench->work.'/'.preg_replace('/\W+/', '-', $this->name).'-'.bin2hex(random_bytes(3));
        mkdir($this->work);
        $this->port = freePort();
        try {
            $this->launch();
            awaitAnswer($this->port);
        } catch (Throwable $error) {
            $log = implode("\n", array_map(fn (Process $process) => $process->log(), $this->processes));
            $this->stop();
            throw new RuntimeException($error->getMessage().($log === '' ? '' : "\n$log"));
        }
    }

    public function stop(): void
    {
        foreach (array_reverse([...$this->others, ...$this->processes]) as $process) {
            $process->stop();
        }
        $this->processes = $this->others = [];
        removeTree($this->work);
    }

    /** The processes that are measured, with all their descendants. */
    public function pids(): array
    {
        return array_merge(...array_map(fn (Process $process) => $process->pids(), $this->processes));
    }

    /** The file that tells the clients what to ask for. */
    public function pathsFile(array $channels): string
    {
        $file = $this->bench->work.'/paths';
        $lines = '';
        foreach ($channels as $channel) {
            $lines .= "$channel ".($this->paths[$channel] ??= $this->path($channel))."\n";
        }
        file_put_contents($file, $lines);

        return $file;
    }

    protected function run(array $command, array $environment = []): Process
    {
        return $this->processes[] = new Process($command, $this->work, $environment);
    }

    protected function runBeside(array $command): Process
    {
        return $this->others[] = new Process($command, $this->work.'/beside');
    }

    /** Waits until a process has so many descendants. */
    protected function awaitChildren(Process $process, int $count): void
    {
        for ($end = microtime(true) + 10; count($process->pids()) <= $count; usleep(50_000)) {
            if (microtime(true) > $end) {
                throw new RuntimeException("$count children did not start");
            }
        }
    }

    protected function startRedis(): int
    {
        $this->redis = freePort();
        // Without its limit, which would end a subscriber that is behind: how far behind it falls is what is measured.
        $this->runBeside(['redis-server', '--port', (string) $this->redis, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no',
            '--client-output-buffer-limit', 'pubsub 0 0 0', '--maxclients', '10000', '--dir', $this->work]);
        awaitPort($this->redis);

        return $this->redis;
    }

    /** Fills a template of benchmarks/peers: {name} is replaced; returns the file that it wrote. */
    protected function configure(string $template, array $values): string
    {
        $values += ['work' => $this->work, 'port' => $this->port, 'user' => posix_getpwuid(posix_geteuid())['name']];
        $file = $this->work.'/'.basename($template);
        file_put_contents($file, strtr(file_get_contents(__DIR__."/../peers/$template"),
            array_combine(array_map(fn (string $name) => '{'.$name.'}', array_keys($values)), array_values($values))));

        return $file;
    }
}
