<?php

/** The inline stream against its peers and floors, in pairs that take turns, as a Markdown table. */
const COUNT = 1_000_000;
const BYTES = 100;

/** Runs both in turn and returns [medians of A, medians of B, median ratios A/B], per figure. */
function pairs(int $rounds, callable $a, callable $b): array
{
    $as = $bs = $ratios = [];
    for ($round = 0; $round < $rounds; $round++) {
        // Who goes first changes, so that neither always meets the warmer machine.
        [$x, $y] = $round % 2 ? [$a(), $b()] : array_reverse([$b(), $a()]);
        foreach ($x as $i => $value) {
            $as[$i][] = $value;
            $bs[$i][] = $y[$i];
            $ratios[$i][] = $value / $y[$i];
        }
        fwrite(STDERR, '.');
    }

    return [array_map('median', $as), array_map('median', $bs), array_map('median', $ratios)];
}

/** RSS added (KiB), wake-ups per second and share of a CPU of an idle stream, as the kernel counts them. */
function idle(string $command): array
{
    $process = proc_open("exec $command", [1 => ['file', '/dev/null', 'w'], 2 => ['pipe', 'w']], $pipes);
    $pid = proc_get_status($process)['pid'];
    $number = fn (string $file, string $pattern): int => preg_match($pattern, file_get_contents("/proc/$pid/$file"), $match)
        ? (int) $match[1] : throw new RuntimeException("no $pattern in $file");
    $before = (int) fgets($pipes[2]);
    sleep(2);
    $wakeups = $number('status', '/^voluntary_ctxt_switches:\s+(\d+)/m');
    $cpu = $number('schedstat', '/^(\d+)/');
    $began = hrtime(true);
    exec("top -b -d 3 -n 4 -p $pid | awk '\$1 == $pid { print \$9 }'", $shown);
    $seconds = (hrtime(true) - $began) / 1e9;
    $figures = [
        $number('smaps_rollup', '/^Rss:\s+(\d+) kB/m') - $before,
        ($number('status', '/^voluntary_ctxt_switches:\s+(\d+)/m') - $wakeups) / $seconds,
        ($number('schedstat', '/^(\d+)/') - $cpu) / 1e9 / $seconds,
        max(array_map('floatval', array_slice($shown, 1))), // the first one is since the process began
    ];
    proc_terminate($process);
    proc_close($process);

    return $figures;
}

function inlineBenchmark(int $rounds): void
{
    $extension = getcwd().'/build/release/modules/sse.so';
    $work = benchmarkDirectory();
    sh("cc -O2 -o $work/drive benchmarks/src/drive.c -lhiredis");
    sh("cc -O2 -o $work/bare benchmarks/src/bare_subscriber.c -lhiredis");
    $port = benchmarkRedis();

    $stream = "php -n -d extension=$extension benchmarks/subjects/stream.php $port bench";
    $phpredis = 'php -n '.implode(' ', phpredisOptions())." benchmarks/subjects/phpredis.php $port bench";
    $drive = fn (string $what, string $numbers, string $command) => fn () => array_map('floatval',
        explode(' ', sh("$work/drive $what $port bench $numbers -- $command")));

    [$ours, $theirs, $ratio] = pairs($rounds,
        $drive('throughput', COUNT.' '.BYTES, $stream), $drive('throughput', COUNT.' '.BYTES, $phpredis));
    $rows[] = ['Events per second, '.BYTES.' bytes each', 'phpredis `subscribe` + `echo` + `flush`', number_format($ours[0]),
        number_format($theirs[0]), sprintf('%.1f ×', $ratio[0]), '≥ 5 ×', verdict($ratio[0] >= 5)];
    $rows[] = ['CPU seconds per million events', 'the same', sprintf('%.2f', $ours[1]), sprintf('%.2f', $theirs[1]),
        sprintf('%.2f ×', $ratio[1]), '', ''];

    [$ours, $theirs, $ratio] = pairs($rounds,
        $drive('latency', '5000 1000 '.BYTES, $stream), $drive('latency', '5000 1000 '.BYTES, "$work/bare $port bench"));
    foreach (['p50' => '', 'p99' => '≤ 1.5 ×'] as $name => $bound) {
        $i = $name === 'p50' ? 0 : 1;
        $rows[] = ["`PUBLISH` to the client, $name, µs (1,000 msg/s)", 'bare hiredis subscriber', sprintf('%.0f', $ours[$i]),
            sprintf('%.0f', $theirs[$i]), sprintf('%.2f ×', $ratio[$i]), $bound, $bound ? verdict($ratio[$i] <= 1.5) : ''];
    }

    $idle = array_map(fn () => idle("php -n -d extension=$extension benchmarks/subjects/footprint.php $port"), range(1, 3));
    $idle = array_map(fn (int $i) => median(array_column($idle, $i)), [0, 1, 2, 3]);
    $rows[] = ['RSS that loop, stream and Redis connection add', '', sprintf('%d KiB', $idle[0]), '', '', '≤ 256 KiB',
        verdict($idle[0] <= 256)];
    $rows[] = ['Wake-ups per second, idle', '', sprintf('%.1f', $idle[1]), '', '', '≤ 4', verdict($idle[1] <= 4)];
    $rows[] = ['CPU of an idle stream', '', sprintf('%.3f %%', $idle[2] * 100), sprintf('`top`: %.1f %%', $idle[3]), '',
        'none in `top`', verdict($idle[3] < 0.05)];

    fwrite(STDERR, "\n");
    echo "| | against | inline stream | other | ratio | bound | |\n|---|---|---:|---:|---:|---|---|\n";
    foreach ($rows as $row) {
        echo '| '.implode(' | ', $row)." |\n";
    }
}
