<?php

/**
 * What docs/scaling.md predicts, and what is so: streams by the ten thousand, each with a topic of its own, over several
 * processes of a hub; and what a delivery costs when there are more of these.
 */

/** Events per second, each to one stream. */
const SCALE_RATE = 10_000;
const SCALE_SECONDS = 10;
/** Events per second to all. */
const SCALE_BROADCASTS = 20;
/** Streams of one load program: a process may open 20,000 files. */
const SCALE_PER_PROGRAM = 15_000;

/** Programs of benchmarks/src/clients beside each other, which begin to publish at once. */
final class ScaleLoad
{
    /** @var list<array{resource, array<int, resource>}> */
    private array $programs = [];

    /** isBroadcast: each event is for all; else each stream has a topic of its own. */
    public function __construct(private Bench $bench, Subject $subject, int $streams, bool $isBroadcast)
    {
        $count = (int) ceil($streams / SCALE_PER_PROGRAM);
        for ($i = 0; $i < $count; $i++) {
            $own = intdiv($streams, $count);
            $channels = $isBroadcast ? ["everyone.$i"] : array_map(fn (int $n) => "user.$i.$n", range(1, $own));
            $rate = intdiv($isBroadcast ? SCALE_BROADCASTS : SCALE_RATE, $count);
            $command = $bench->clientsCommand('rate', $subject, $channels, ['clients' => $own, 'rate' => $rate, 'wait' => 1,
                'messages' => $rate * SCALE_SECONDS, 'address' => 1 + 2 * $i]);
            $errors = ['file', $bench->work."/scale-$i", 'w'];
            $process = proc_open(['timeout', '-k', '5', '280', ...$command], [['pipe', 'r'], ['pipe', 'w'], $errors], $pipes);
            $this->programs[] = [$process, $pipes];
            $this->readUntil($i, 'ready'); // one after the other, and the file of paths is the next one's
        }
    }

    /** @return array<string, float> sums of what they report; p99_us and max_us: the greatest */
    public function publish(): array
    {
        $sums = [];
        foreach ($this->programs as [, $pipes]) {
            fwrite($pipes[0], "\n");
        }
        foreach (array_keys($this->programs) as $i) {
            foreach ($this->readUntil($i, 'publish_errors') as $name => $value) {
                $sums[$name] = in_array($name, ['p99_us', 'max_us'], true) ? max($sums[$name] ?? 0, $value) : ($sums[$name] ?? 0) + $value;
            }
        }

        return $sums;
    }

    public function stop(): void
    {
        foreach ($this->programs as [$process, $pipes]) {
            fclose($pipes[0]);
            stream_get_contents($pipes[1]);
            proc_close($process);
        }
    }

    private function readUntil(int $i, string $name): array
    {
        $output = '';
        while (($line = fgets($this->programs[$i][1][1])) !== false) {
            $output .= $line;
            if (str_starts_with($line, "$name ")) {
                return Bench::figures($output);
            }
        }
        throw new RuntimeException(trim(file_get_contents($this->bench->work."/scale-$i")) ?: 'the clients ended too early');
    }
}

/** Proportional set size, KiB, and CPU time, µs, of processes. */
function scalePss(array $pids): int
{
    return array_sum(array_map(fn (int $pid) => preg_match('/^Pss:\s+(\d+)/m', (string) @file_get_contents("/proc/$pid/smaps_rollup"), $m)
        ? (int) $m[1] : 0, $pids));
}

function scaleCpu(array $pids): float
{
    $ticks = 0;
    foreach ($pids as $pid) {
        $fields = explode(' ', preg_replace('/^.*\) /s', '', (string) @file_get_contents("/proc/$pid/stat")));
        $ticks += ($fields[11] ?? 0) + ($fields[12] ?? 0);
    }

    return $ticks * 10_000.0;
}

/** @return array<string, float> */
function scaleRun(Bench $bench, int $workers, int $streams, bool $isBroadcast = false): array
{
    $subject = new HubSubject("hub ($workers)", $bench, withTopics: true, workers: $workers);
    $subject->start();
    try {
        $empty = scalePss($subject->pids());
        $begun = microtime(true);
        $load = new ScaleLoad($bench, $subject, $streams, $isBroadcast);
        $opening = microtime(true) - $begun;
        sleep(2);
        $full = scalePss($subject->pids());
        $cpu = scaleCpu($subject->pids());
        $begun = microtime(true);
        $figures = $load->publish();
        $figures['cpu_us'] = (scaleCpu($subject->pids()) - $cpu) / $figures['deliveries'];
        $figures['per_second'] = $figures['deliveries'] / (microtime(true) - $begun);
        $load->stop();
    } finally {
        $subject->stop();
    }
    fwrite(STDERR, sprintf("%d processes, %d streams: opened in %.1f s, %s\n", $workers, $streams, $opening, json_encode($figures)));

    return $figures + ['workers' => $workers, 'streams' => $streams, 'empty' => $empty, 'kib' => $full - $empty];
}

function scaleBenchmark(bool $quick): void
{
    $bench = new Bench($quick, 3600);
    $bench->build();
    $sizes = $quick ? [[1, 1_000], [1, 3_000], [2, 6_000]] : [[1, 3_750], [1, 15_000], [2, 15_000], [4, 30_000], [4, 60_000]];
    $runs = array_map(fn (array $run) => scaleRun($bench, ...$run), $sizes);
    // The model: a stream with a topic of its own, and what a process takes once it has any, from two sizes of one process. Tables
    // double as they fill, so that all sizes are such that they are full to the same part: a stream takes a quarter more just
    // after they have doubled.
    [$few, $more] = $runs;
    $each = ($more['kib'] - $few['kib']) / ($more['streams'] - $few['streams']);
    $once = $few['kib'] - $each * $few['streams'];
    printf("The model: %.2f KiB a stream, %.0f KiB a process beside what it takes empty.\n\n", $each, $once);
    echo "| processes | streams | events/s | lost, doubled, out of order | p99 | CPU per delivery | memory | predicted | |\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n";
    foreach ($runs as $i => $run) {
        $memory = $run['empty'] + $run['kib'];
        $predicted = $run['empty'] + $once * $run['workers'] + $each * $run['streams'];
        $faults = $run['lost'] + $run['doubled'] + $run['disordered'] + $run['missing'];
        printf("| %d | %s | %s | %s | %.1f ms | %.1f µs | %.1f MiB | %.1f MiB | %s |\n", $run['workers'], number_format($run['streams']),
            number_format($run['per_second']), number_format($faults), $run['p99_us'] / 1e3, $run['cpu_us'], $memory / 1024,
            $predicted / 1024, $i < 2 ? 'the model' : sprintf('%+.0f %%', ($memory / $predicted - 1) * 100));
    }
    $streams = $quick ? 2_000 : 10_000;
    $broadcasts = array_map(fn (int $workers) => scaleRun($bench, $workers, $streams, isBroadcast: true), [1, 2, 1, 2]);
    printf("\nEach event to all of %s streams:\n\n| processes | deliveries/s | lost, doubled, out of order | CPU per delivery | of one process |\n|---:|---:|---:|---:|---:|\n",
        number_format($streams));
    foreach ([1, 2] as $workers) {
        $mine = array_filter($broadcasts, fn (array $run) => $run['workers'] === $workers);
        $cpu = array_sum(array_column($mine, 'cpu_us')) / count($mine);
        $one ??= $cpu;
        printf("| %d | %s | %s | %.3f µs | %.2f × |\n", $workers, number_format(array_sum(array_column($mine, 'per_second')) / count($mine)),
            number_format(array_sum(array_map(fn (array $run) => $run['lost'] + $run['doubled'] + $run['disordered'] + $run['missing'], $mine))),
            $cpu, $cpu / $one);
    }
}
