<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\HubProbe;
use Sse\Laravel\Doctor\Result;

final readonly class HubVersion implements Check
{
    private const MEND = 'Run `php artisan sse:restart`: a new hub takes the streams over, and none ends.';

    public function __construct(private HubProbe $hub)
    {
    }

    public function title(): string
    {
        return 'Its version';
    }

    public function run(): Result
    {
        $figures = $this->hub->figures();
        if ($figures === null) {
            return Result::skipped('The hub cannot be asked.');
        }
        $version = $figures->text('version');
        if ($version !== '') {
            return $version === phpversion('sse') ? Result::ok("{$version}, as here.")
                : Result::warning("The hub is of version {$version}, and the extension here is ".phpversion('sse').'.', self::MEND);
        }

        return self::ofFile($this->hub->procFile('maps'));
    }

    /** A hub that does not say its version still shows which file it runs. */
    public static function ofFile(?string $maps): Result
    {
        if ($maps === null || preg_match('#\s(/\S*/sse\.so)( \(deleted\))?$#m', $maps, $match) !== 1) {
            return Result::skipped('The hub does not tell its version, and its process cannot be looked at by this user.');
        }

        return isset($match[2])
            ? Result::warning("The hub still runs {$match[1]} as it was before it was replaced.", self::MEND)
            : Result::ok("It runs {$match[1]}, which has not been replaced since.");
    }
}
