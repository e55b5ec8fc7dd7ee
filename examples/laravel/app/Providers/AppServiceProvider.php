<?php

declare(strict_types=1);

namespace App\Providers;

use Illuminate\Support\Facades\URL;
use Illuminate\Support\ServiceProvider;

final class AppServiceProvider extends ServiceProvider
{
    public function boot(): void
    {
        // Debian's nginx hands PHP the name of the host without its port, so redirects would go to port 80.
        URL::forceRootUrl(config('app.url'));
    }
}
