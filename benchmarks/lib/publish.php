<?php

/** publish(), which writes a log, against phpredis' PUBLISH, which does not, in one process that takes turns. */
function publishBenchmark(int $rounds): void
{
    $extension = getcwd().'/build/release/modules/sse.so';
    $port = benchmarkRedis();
    $rows = [];
    foreach (['one' => ['`publish()`, µs', '`Redis::publish()`', 1.2], 'many' => ['`publishMany()` of 100 events, µs', 'a pipeline of 100 `PUBLISH`', null]]
        as $what => [$title, $other, $bound]) {
        exec("php -n -d extension=$extension ".implode(' ', phpredisOptions())
            ." benchmarks/subjects/publish.php $port $what ".$rounds * 15, $lines, $status);
        if ($status !== 0) {
            throw new RuntimeException("benchmarks/subjects/publish.php failed:\n".implode("\n", $lines));
        }
        $turns = array_map(fn (string $line) => array_map('floatval', explode(' ', $line)), $lines);
        $lines = [];
        $ratio = median(array_map(fn (array $turn) => $turn[0] / $turn[1], $turns));
        $rows[] = [$title, $other, sprintf('%.1f', median(array_column($turns, 0))), sprintf('%.1f', median(array_column($turns, 1))),
            sprintf('%.2f ×', $ratio), $bound ? "≤ $bound ×" : '', $bound ? verdict($ratio <= $bound) : ''];
    }
    echo "| | against phpredis' | sse | phpredis | ratio | bound | |\n|---|---|---:|---:|---:|---|---|\n";
    foreach ($rows as $row) {
        echo '| '.implode(' | ', $row)." |\n";
    }
}
