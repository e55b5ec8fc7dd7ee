<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Result;

/** The package tells the extension what config/sse.php says; php.ini is for streams that are made without the package. */
final readonly class IniSettings implements Check
{
    private const NAMES = ['sse.hub' => 'sse.hub', 'sse.redirect' => 'sse.redirect', 'sse.mode' => 'sse.mode'];

    public function __construct(private Repository $config)
    {
    }

    public function title(): string
    {
        return 'php.ini';
    }

    public function run(): Result
    {
        if (! extension_loaded('sse')) {
            return Result::skipped('The extension is not loaded.');
        }
        $others = [];
        foreach (self::NAMES as $ini => $key) {
            $value = (string) ini_get($ini);
            $own = $this->config->get($key);
            // What stands in no php.ini is no contradiction.
            if ($value !== '' && $value !== (is_string($own) ? $own : '') && ! ($ini === 'sse.mode' && $value === 'auto')) {
                $others[] = "{$ini} = {$value}";
            }
        }
        $inline = (string) ini_get('sse.max_inline');
        if ($others !== []) {
            return Result::warning(
                'The command line\'s php.ini says otherwise than config/sse.php: '.implode(', ', $others).'. Streams of this package follow '
                    .'config/sse.php, those made with new SseStream follow php.ini.',
                'Say the same in both, or leave it out of php.ini. PHP-FPM may read another php.ini than this command: look there too.',
            );
        }

        return Result::ok("Nothing contradicts config/sse.php; at most {$inline} workers hold streams when there is no hub (sse.max_inline). "
            .'PHP-FPM may read another php.ini than this command.');
    }
}
