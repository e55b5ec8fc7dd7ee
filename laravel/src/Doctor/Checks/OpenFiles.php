<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\HubProbe;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\Status\Units;
use Sse\Laravel\System\ProcLimits;

/** A stream is one open file of the hub. */
final readonly class OpenFiles implements Check
{
    /** Descriptors of the hub that are no streams, with room to spare. */
    private const OTHERS = 64;

    public function __construct(private HubProbe $hub, private Repository $config)
    {
    }

    public function title(): string
    {
        return 'Open files';
    }

    public function run(): Result
    {
        $max = $this->config->get('sse.work.max_clients');
        $max = $this->hub->figures()?->number('max_clients') ?? (is_int($max) ? $max : 10_000);
        $limits = $this->hub->procFile('limits');
        if ($limits !== null) {
            return self::compare(ProcLimits::openFiles($limits), $max, true);
        }
        $own = @file_get_contents('/proc/self/limits');

        return $own === false
            ? Result::skipped('The limits of processes cannot be read here.')
            : self::compare(ProcLimits::openFiles($own, hard: true), $max, false);
    }

    /** @param  ?int  $limit  null: none */
    public static function compare(?int $limit, int $max, bool $isHub): Result
    {
        $who = $isHub ? 'The hub' : 'A hub that is started here';
        $streams = Units::count($max);
        if ($limit === null || $limit >= $max + self::OTHERS) {
            return Result::ok("{$who} may open ".($limit === null ? 'any number of' : Units::count($limit))." files, enough for {$streams} streams.");
        }

        return Result::warning(
            "{$who} may open ".Units::count($limit)." files, too few for {$streams} streams (sse.work.max_clients).",
            'Set LimitNOFILE= in the unit (supervisor: minfds), or ulimit -n, to '.($max + 1024).', and start sse:work anew.',
        );
    }
}
