<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Result;

final class ExtensionLoaded implements Check
{
    public function title(): string
    {
        return 'Extension';
    }

    public function run(): Result
    {
        $version = phpversion('sse');
        if ($version === false) {
            return Result::failure(
                'The extension sse is not loaded in '.PHP_BINARY.'.',
                'Install it (pecl install sse, or pie install sse/sse-ext) and write extension=sse into '.(php_ini_loaded_file() ?: 'php.ini').'.',
            );
        }
        // What this package cannot do without.
        if (! in_array('publishMany', get_class_methods('SsePublisher'), true) || ! in_array('ticket', get_class_methods('SseStream'), true)) {
            return Result::failure(
                "The extension sse {$version} is older than this package.",
                'Install the extension again, and restart PHP-FPM and sse:work.',
            );
        }

        return Result::ok("sse {$version} is loaded in PHP ".PHP_VERSION.'.');
    }
}
