<?php

declare(strict_types=1);

namespace App\Desk;

use Illuminate\Http\Client\ConnectionException;
use Illuminate\Support\Facades\Http;

/** What the hub counts, and what PHP-FPM says of its pools. */
final class Metrics
{
    private const SECONDS = 1;

    /** @return array<string, array{value: float, type: string, help: string}> without the names' prefix; [] when the hub is away */
    public function ofHub(): array
    {
        $listen = config('sse.work.listen');
        $found = Prometheus::parse(is_string($listen) ? $this->get("http://{$listen}/metrics") : '');

        return array_combine(array_map(fn (string $name): string => preg_replace('/^sse_hub_/', '', $name), array_keys($found)), $found);
    }

    /**
     * The pools of FPM, the one of pages first.
     *
     * @return list<array{name: string, busy: int, total: int}> [] where there is no FPM, or it shows no status
     */
    public function ofPools(): array
    {
        $pools = [];
        foreach (array_filter(explode(',', (string) config('services.fpm.status'))) as $url) {
            $status = json_decode($this->get("{$url}?json"), true);
            if (is_array($status)) {
                $pools[] = [
                    'name' => (string) $status['pool'],
                    'busy' => (int) $status['active processes'],
                    'total' => (int) $status['total processes'],
                ];
            }
        }

        return $pools;
    }

    private function get(string $url): string
    {
        try {
            $response = Http::timeout(self::SECONDS)->get($url);
        } catch (ConnectionException) {
            return '';
        }

        return $response->ok() ? $response->body() : '';
    }
}
