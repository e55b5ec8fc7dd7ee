<?php

/** One FPM worker whose streams the hub takes over: how many, at what price, and what is left of the worker for pages. */
final class HandoverSubject extends Subject
{
    private Process $worker;

    protected function launch(): void
    {
        $fpm = freePort();
        $control = "$this->work/control";
        $redis = $this->startRedis();
        $options = ['control' => $control, 'redis' => "redis://127.0.0.1:$redis", 'maxClients' => 19_000];
        $this->run(['php', '-n', '-d', 'extension='.$this->bench->extension, '-r',
            '(new SseHub('.var_export($options, true).'))->run();']);
        for ($end = microtime(true) + 10; ! file_exists($control); usleep(20_000)) {
            if (microtime(true) > $end) {
                throw new RuntimeException('the hub made no control socket');
            }
        }
        $this->worker = $this->run([fpmBinary(), '-n', '-d', 'extension='.$this->bench->extension, '-F', '-R', '-y',
            $this->configure('fpm/handover.conf', ['fpm' => $fpm, 'redis' => $redis, 'control' => $control])]);
        $this->awaitChildren($this->worker, 1);
        $this->run(['nginx', '-c', $this->configure('fpm/nginx.conf', ['fpm' => $fpm, 'pages' => realpath(__DIR__.'/../peers/fpm')])]);
    }

    public function path(string $channel): string
    {
        return "/stream.php?c=$channel";
    }

    /** @return list<float> how long the worker was busy with each request for a path so far, µs */
    public function times(string $path): array
    {
        preg_match_all('~^'.preg_quote($path).' ([0-9.]+)$~m', file_get_contents("$this->work/access.log"), $found);

        return array_map('floatval', $found[1]);
    }

    /** The one worker of the pool. */
    public function workerPid(): int
    {
        return $this->worker->pids()[1];
    }
}

/** p50, p99 and CPU time of the worker for an empty page. */
function emptyPages(Bench $bench, HandoverSubject $subject): array
{
    $command = ["$bench->build/pages", $subject->port, '/empty.php', $bench->quick ? 1_000 : 3_000, $subject->workerPid()];
    exec(implode(' ', $command), $lines, $status);
    if ($status !== 0) {
        throw new RuntimeException('the pages were not served');
    }

    return Bench::figures(implode("\n", $lines));
}

/** What one round found: figures of empty pages without and with the streams, and of the streams. */
function handOver(Bench $bench, HandoverSubject $subject, int $streams): array
{
    $subject->start();
    try {
        $without = emptyPages($bench, $subject);
        $without['busy_p99_us'] = percentile($subject->times('/empty.php'), 99);
        $command = $bench->clientsCommand('hold', $subject, ['everyone'],
            ['clients' => $streams, 'pids' => $subject->workerPid(), 'in-flight' => 16]);
        $holder = proc_open(['timeout', '-k', '5', '120', ...$command], [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
        // They are with the hub, and alive: "open" is said when each has had a message.
        for ($held = ''; ! str_contains($held, "\nopen "); $held .= $line) {
            if (($line = fgets($pipes[1])) === false) {
                throw new RuntimeException("the streams could not be handed over: $held");
            }
        }
        $with = emptyPages($bench, $subject);
        fclose($pipes[0]);
        $held = Bench::figures($held.stream_get_contents($pipes[1]));
        proc_close($holder);
        $held['busy_p99_us'] = percentile($subject->times('/stream.php'), 99);
    } finally {
        $subject->stop();
    }

    return [$without, $with, $held];
}

function fpmReport(Bench $bench): string
{
    if ($why = (new HubSubject(HUB, $bench, false))->missing()) {
        return "\nStreams of one FPM worker: not measured: $why.\n";
    }
    $rounds = [];
    try {
        for ($round = 0; $round < ($bench->quick ? 1 : 3); $round++) {
            $rounds[] = handOver($bench, new HandoverSubject('handover', $bench), $bench->quick ? 1_000 : 5_000);
        }
    } catch (RuntimeException $error) {
        return "\nStreams of one FPM worker: ".$error->getMessage()."\n";
    }
    $of = fn (int $part, string $figure): float => median(array_column(array_column($rounds, $part), $figure));
    $row = fn (string $what, float $alone, float $beside) => sprintf("| %s, µs | %s | %s | %.2f × |\n", $what, number_format($alone),
        number_format($beside), $alone > 0 ? $beside / $alone : 0);
    $faults = array_unique(array_filter(array_map(fn (array $round) => faults($round[2]), $rounds)));

    return sprintf("\nOne FPM worker (`pm.max_children = 1`) behind nginx, %s streams handed over to the hub (%s a second); %s\n\n",
        number_format($of(2, 'open')), number_format($of(2, 'connections_per_second')), implode('; ', $faults) ?: 'none was lost.')
        ."| | without | with the streams | |\n|---|---:|---:|---:|\n"
        .$row('p50 of an empty page', $of(0, 'p50_us'), $of(1, 'p50_us'))
        .$row('p99 of an empty page', $of(0, 'p99_us'), $of(1, 'p99_us'))
        ."\n| | an empty page | a stream handed over | |\n|---|---:|---:|---:|\n"
        .$row('p99 of the time that the worker is busy', $of(0, 'busy_p99_us'), $of(2, 'busy_p99_us'))
        .$row('CPU time of the worker', $of(0, 'cpu_us'), $of(2, 'connect_cpu_us'));
}
