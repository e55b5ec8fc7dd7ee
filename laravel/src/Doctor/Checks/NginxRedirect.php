<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\NginxCheck;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\System\Nginx\Directive;

final class NginxRedirect extends NginxCheck
{
    private const MEND = '`php artisan sse:install --proxy=nginx` prints the location.';

    public function title(): string
    {
        return 'Way to the hub';
    }

    protected function look(array $servers): Result
    {
        $path = $this->text('sse.redirect');
        if (! str_starts_with($path, '/')) {
            return Result::skipped('sse.redirect is no path, so nginx leads nobody to the hub.');
        }
        $locations = array_merge(...array_map(fn (Directive $server): array => $server->all('location'), $servers));
        foreach ($locations as $location) {
            if ($location->argument(count($location->arguments) - 1) === $path && ! str_starts_with($location->argument(), '~')) {
                return $this->judge($location, $path);
            }
        }

        return Result::failure("PHP sends clients to {$path} (sse.redirect), and nginx has no location for it: they get a 404.", self::MEND);
    }

    private function judge(Directive $location, string $path): Result
    {
        $target = $location->effective('proxy_pass')?->argument();
        if ($target === null) {
            return Result::failure("`{$location->label()}` has no proxy_pass, so that nobody reaches the hub.", self::MEND);
        }
        $listen = $this->text('sse.work.listen');
        if (! str_contains($target, $listen) && ! in_array($listen, $this->serversOfUpstream($target), true)) {
            return Result::warning("`{$location->label()}` leads to {$target}, and the hub listens at {$listen} (sse.work.listen).", 'See that both mean the same. '.self::MEND);
        }
        if ($location->children('internal') === []) {
            return Result::warning("Browsers may ask for {$path} themselves.", 'Write `internal;` into its location, as only PHP is to send clients there.');
        }

        return Result::ok("{$path} leads to the hub at {$listen}.");
    }

    /** @return list<string> */
    private function serversOfUpstream(string $target): array
    {
        $name = (string) parse_url($target, PHP_URL_HOST);
        foreach ($this->nginx->configuration()?->all('upstream') ?? [] as $upstream) {
            if ($upstream->argument() === $name) {
                return array_map(fn (Directive $server): string => $server->argument(), $upstream->children('server'));
            }
        }

        return [];
    }
}
