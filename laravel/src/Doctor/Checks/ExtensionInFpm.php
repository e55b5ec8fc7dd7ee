<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Result;

/** The command line has a php.ini of its own: what is loaded here may be missing where pages are made. */
final class ExtensionInFpm implements Check
{
    public function __construct(private readonly string $directory = '/etc/php/'.PHP_MAJOR_VERSION.'.'.PHP_MINOR_VERSION.'/fpm')
    {
    }

    public function title(): string
    {
        return 'Extension in PHP-FPM';
    }

    public function run(): Result
    {
        $files = array_filter(["{$this->directory}/php.ini", ...(glob("{$this->directory}/conf.d/*.ini") ?: [])], is_readable(...));
        if ($files === []) {
            return Result::skipped("There is no configuration of PHP-FPM in {$this->directory} that can be read.");
        }
        foreach ($files as $file) {
            if (preg_match('/^\s*extension\s*=\s*"?(?:[^";\s]*\/)?sse(?:\.so)?"?\s*(?:;.*)?$/m', (string) file_get_contents($file)) === 1) {
                return Result::ok("{$file} loads it.");
            }
        }

        return Result::warning(
            "No file in {$this->directory} loads the extension: pages could not open streams.",
            'Write extension=sse into a file there (on Debian: phpenmod sse), and restart PHP-FPM. If pages are made by another PHP, look there.',
        );
    }
}
