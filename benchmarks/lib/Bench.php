<?php

/** What one run of the hub's benchmark has: its directory, what it built, its load, its time. */
final class Bench
{
    public readonly string $work;

    /** Where what was built is. */
    public readonly string $build;

    public readonly string $extension;

    private float $ends;

    public function __construct(public readonly bool $quick, float $seconds)
    {
        $this->work = sys_get_temp_dir().'/sse-bench-hub-'.getmypid();
        $this->build = getcwd().'/build/benchmarks';
        $this->extension = getcwd().'/build/release/modules/sse.so';
        $this->ends = microtime(true) + $seconds;
        mkdir($this->work, 0755);
        register_shutdown_function(function () {
            Process::stopAll();
            removeTree($this->work);
        });
    }

    public function secondsLeft(): float
    {
        return $this->ends - microtime(true);
    }

    /** Builds the load and the peers that are built. */
    public function build(): void
    {
        is_dir($this->build) || mkdir($this->build, 0755, true);
        $flags = '-O2 -std=gnu11 -Wall -Wextra';
        sh("cc $flags -o $this->build/clients benchmarks/src/clients/*.c -lhiredis -lm -lpthread");
        sh("cc $flags -o $this->build/pages benchmarks/src/pages.c benchmarks/src/clients/hist.c benchmarks/src/clients/proc.c");
        sh("cc $flags -o $this->build/floor benchmarks/peers/floor/floor.c -lhiredis");
        if (is_dir('/usr/share/gocode/src/github.com/gomodule/redigo')) {
            sh("GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$this->build/go-cache"
                ." go build -o $this->build/go-server benchmarks/peers/go/server.go");
        }
        if (! is_dir('benchmarks/peers/node/node_modules/ioredis')) {
            sh('cd benchmarks/peers/node && npm install --no-package-lock --no-audit --no-fund');
        }
    }

    /**
     * Lets the clients of benchmarks/src/clients loose on a subject and returns what they report.
     *
     * @param  string[]  $channels
     * @param  array<string, int|float|string>  $options
     * @return array<string, float|string>
     */
    public function clients(string $case, Subject $subject, array $channels, array $options): array
    {
        $command = $this->clientsCommand($case, $subject, $channels, $options);
        $process = proc_open(['timeout', '-k', '5', '120', ...$command], [['file', '/dev/null', 'r'], ['pipe', 'w'],
            ['file', "$this->work/errors", 'w']], $pipes);
        $output = stream_get_contents($pipes[1]);
        if (proc_close($process) !== 0) {
            throw new RuntimeException(trim(file_get_contents("$this->work/errors")) ?: 'the clients did not come to an end');
        }

        return self::figures($output);
    }

    /** The command line of clients(), for whoever runs it in another way. */
    public function clientsCommand(string $case, Subject $subject, array $channels, array $options): array
    {
        $options += ['port' => $subject->port, 'paths' => $subject->pathsFile($channels), 'pids' => implode(',', $subject->pids())];
        if ($case !== 'idle') {
            $options += ['publish' => $subject->publish()];
        }
        $command = ["$this->build/clients", $case];
        foreach ($options as $name => $value) {
            array_push($command, "--$name", (string) $value);
        }

        return $command;
    }

    /** Lines "NAME VALUE". */
    public static function figures(string $output): array
    {
        $figures = [];
        foreach (explode("\n", trim($output)) as $line) {
            [$name, $value] = explode(' ', $line, 2) + [1 => ''];
            $figures[$name] = is_numeric($value) ? (float) $value : $value;
        }

        return $figures;
    }
}
