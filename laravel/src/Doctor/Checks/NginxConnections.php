<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\NginxCheck;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\Status\Units;

/** A stream is two connections of nginx: the client's, and PHP's or the hub's. */
final class NginxConnections extends NginxCheck
{
    /** nginx' own default. */
    private const DEFAULT = '512';

    public function title(): string
    {
        return 'Connections';
    }

    protected function look(array $servers): Result
    {
        $root = $this->nginx->configuration();
        $events = $root?->all('worker_connections')[0] ?? null;
        $each = (int) ($events?->argument() ?? self::DEFAULT);
        $files = (int) ($root?->effective('worker_rlimit_nofile')?->argument() ?? 0);
        $workers = (int) ($root?->effective('worker_processes')?->argument() ?? 1) ?: self::processors();
        $max = $this->config->get('sse.work.max_clients');
        $max = is_int($max) ? $max : 10_000;
        $usable = $files > 0 ? min($each, $files) : $each;
        $streams = intdiv($usable * $workers, 2);
        $found = "{$workers} workers with ".Units::count($usable).' connections each carry '.Units::count($streams).' streams, and pages need some of them';

        return $streams >= $max ? Result::ok("{$found}.") : Result::warning(
            "{$found}; the hub would take ".Units::count($max).' (sse.work.max_clients).',
            'In nginx.conf: worker_rlimit_nofile and events { worker_connections } of '.(int) ceil(2.2 * $max / $workers).' or more.',
        );
    }

    /** What `worker_processes auto` means. */
    private static function processors(): int
    {
        return max(1, preg_match_all('/^processor\s*:/m', (string) @file_get_contents('/proc/cpuinfo')) ?: 1);
    }
}
