<?php

/**
 * Sse::publish, log included, beside Laravel's Redis::publish over phpredis, in one booted application: prints rows as JSON,
 * [name, µs per event, ratio to Redis::publish, bound or null]. Rounds take turns, a ratio is the median of the rounds' ratios.
 *
 *     publish_laravel.php ROUNDS
 */

use Illuminate\Contracts\Console\Kernel;
use Illuminate\Support\Facades\Redis;
use Sse\Laravel\Facades\Sse;

require __DIR__.'/../lib/measure.php';
$app = require __DIR__.'/../../laravel/tests/app/bootstrap/app.php';
$app->make(Kernel::class)->bootstrap();
config(['database.redis.client' => 'phpredis']);

$events = 2000;
$data = str_repeat('x', 100);
$ways = [
    '`Redis::publish` (phpredis, no log)' => function () use ($events, $data): void {
        for ($i = 0; $i < $events; $i++) {
            Redis::publish('news', $data);
        }
    },
    '`Sse::publish`' => function () use ($events, $data): void {
        for ($i = 0; $i < $events; $i++) {
            Sse::publish('news', $data);
        }
    },
    '`Sse::publishMany`, 1,000 at once' => function () use ($events, $data): void {
        for ($i = 0; $i < $events / 1000; $i++) {
            Sse::publishMany(array_fill(0, 1000, ['news', $data]));
        }
    },
];
$times = array_fill_keys(array_keys($ways), []);
for ($round = 0; $round <= (int) $argv[1]; $round++) {
    foreach ($ways as $name => $way) {
        $began = hrtime(true);
        $way();
        if ($round > 0) { // the first opens connections and loads the script
            $times[$name][] = (hrtime(true) - $began) / 1000 / $events;
        }
    }
}
$floor = $times[array_key_first($ways)];
$rows = [];
foreach ($times as $name => $series) {
    $ratios = array_map(fn (float $time, float $other): float => $time / $other, $series, $floor);
    $rows[] = [$name, median($series), median($ratios), $name === array_key_first($ways) ? null : 1.2];
}
echo json_encode($rows);
