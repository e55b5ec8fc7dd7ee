<?php

declare(strict_types=1);

namespace App\Desk;

use Illuminate\Support\Facades\Cache;

/**
 * One line of figures a second, made of two looks at the hub.
 *
 * @phpstan-type Line array{at: int, streams: int|null, busy: int|null, workers: int|null, inlineBusy: int, inlineWorkers: int, events: float, deliveries: float, memory: int|null, each: int|null}
 */
final class Figures
{
    public const TOPIC = 'desk.figures';

    /** What a page begins with: two minutes. */
    private const KEPT = 120;

    /** With fewer streams the process itself would be counted as theirs. */
    private const ENOUGH = 50;

    private const KEY = 'desk.figures';

    /** @var array{at: float, events: float, deliveries: float}|null */
    private ?array $before = null;

    /** @var array{streams: int, memory: int}|null when the fewest streams were open */
    private ?array $fewest = null;

    /** Seconds that the hub had run at the last look. */
    private float $uptime = 0.0;

    public function __construct(private readonly Metrics $metrics)
    {
    }

    /** @return Line */
    public function next(): array
    {
        $hub = array_map(fn (array $metric): float => $metric['value'], $this->metrics->ofHub());
        [$pool, $inline] = $this->metrics->ofPools() + [null, null];
        $streams = isset($hub['clients']) ? (int) $hub['clients'] : null;
        $uptime = $hub['uptime_seconds'] ?? 0.0;
        if ($uptime < $this->uptime) {
            $this->fewest = null; // it is another process
        }
        $this->uptime = $uptime;
        $memory = isset($hub['resident_bytes']) ? (int) $hub['resident_bytes'] : null;

        return [
            'at' => (int) (microtime(true) * 1000),
            'streams' => $streams,
            'busy' => $pool['busy'] ?? null,
            'workers' => $pool['total'] ?? (int) (getenv('PHP_CLI_SERVER_WORKERS') ?: 1),
            'inlineBusy' => $inline['busy'] ?? 0,
            'inlineWorkers' => $inline['total'] ?? 0,
            ...$this->rates($hub),
            'memory' => $memory,
            'each' => $streams === null || $memory === null ? null : $this->memoryOfOne($streams, $memory),
        ];
    }

    /** @return list<Line> oldest first */
    public function recent(): array
    {
        return array_values(Cache::get(self::KEY, []));
    }

    /** @param  Line  $line */
    public function keep(array $line): void
    {
        Cache::put(self::KEY, array_slice([...$this->recent(), $line], -self::KEPT), self::KEPT);
    }

    /**
     * @param  array<string, float>  $hub
     * @return array{events: float, deliveries: float} a second
     */
    private function rates(array $hub): array
    {
        $now = ['at' => microtime(true), 'events' => $hub['events_in_total'] ?? 0.0, 'deliveries' => $hub['deliveries_total'] ?? 0.0];
        $before = $this->before ?? $now;
        $this->before = $now;
        $seconds = max(0.001, $now['at'] - $before['at']);
        // A new hub counts from 0.
        $rate = fn (string $name): float => round(max(0.0, $now[$name] - $before[$name]) / $seconds, 1);

        return ['events' => $rate('events'), 'deliveries' => $rate('deliveries')];
    }

    /** What a stream adds to the memory of the hub's process, in bytes. */
    private function memoryOfOne(int $streams, int $memory): ?int
    {
        if ($this->fewest === null || $streams < $this->fewest['streams']) {
            $this->fewest = compact('streams', 'memory');
        }
        $more = $streams - $this->fewest['streams'];

        return $more < self::ENOUGH ? null : (int) max(0, ($memory - $this->fewest['memory']) / $more);
    }
}
