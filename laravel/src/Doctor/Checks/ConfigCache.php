<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Foundation\Application;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Result;

final readonly class ConfigCache implements Check
{
    public function __construct(private Application $app)
    {
    }

    public function title(): string
    {
        return 'Cached configuration';
    }

    public function run(): Result
    {
        $cached = @filemtime($this->app->getCachedConfigPath());
        if ($cached === false) {
            return Result::ok('The configuration is not cached: changes of .env hold at once.');
        }
        foreach ([$this->app->configPath('sse.php'), $this->app->configPath('database.php'), $this->app->configPath('broadcasting.php'),
            $this->app->environmentFilePath()] as $file) {
            if ((int) @filemtime($file) > $cached) {
                return Result::warning(basename($file).' is newer than the cached configuration, which is what holds.',
                    'Run `php artisan config:cache`, then `php artisan sse:restart`.');
            }
        }

        return Result::ok('It is as new as config/sse.php and .env.');
    }
}
