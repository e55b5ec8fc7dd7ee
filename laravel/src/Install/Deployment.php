<?php

declare(strict_types=1);

namespace Sse\Laravel\Install;

use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Foundation\Application;
use Sse\Laravel\System\FpmPool;

/** Configurations of other programs for this application: its paths, its ports, its limits. */
final readonly class Deployment
{
    /** Descriptors of the hub that are no streams, with room to spare. */
    private const OTHER_FILES = 1024;

    /** Seconds that sse:work grants its hub above `drain`, and a service manager sse:work. */
    private const PATIENCE = 10;

    public function __construct(private Application $app, private Repository $config)
    {
    }

    /** What to add to the configuration of the proxy; '': nothing. */
    public function proxy(Proxy $proxy): string
    {
        if ($proxy === Proxy::None) {
            return '';
        }
        $listen = $this->text('sse.work.listen', '127.0.0.1:8088');
        $path = $this->text('sse.work.path', '/sse');
        $socket = str_starts_with($listen, 'unix:') ? substr($listen, 5) : null;
        $heartbeat = (int) ceil($this->number('sse.stream.heartbeat', 25));

        return Stub::fill($proxy->value, [
            'timeout' => max(75, 3 * $heartbeat),
            'heartbeat' => $heartbeat,
            'clients' => number_format($this->number('sse.work.max_clients', 10_000)),
            'files' => 2 * (int) $this->number('sse.work.max_clients', 10_000) + self::OTHER_FILES,
            'upstream' => match (true) {
                $socket === null => "http://{$listen}{$path}",
                $proxy === Proxy::Apache => "unix:{$socket}|http://localhost{$path}",
                default => "http://unix:{$socket}:{$path}",
            },
            'dial' => $socket === null ? $listen : "unix/{$socket}",
            'path' => $path,
            'endpoint' => trim($this->text('sse.broadcasting.endpoint', 'broadcasting/sse'), '/'),
            'fpm' => $this->fpmSocket(),
            'public' => $this->app->publicPath(),
            'url' => rtrim($this->text('app.url', 'https://example.org'), '/'),
        ]);
    }

    /** A program section of supervisor. */
    public function supervisor(): string
    {
        $escaped = fn (string $text): string => str_replace('%', '%%', $text);

        return Stub::fill('supervisor', [
            'command' => $escaped(self::quoted(PHP_BINARY).' '.self::quoted($this->app->basePath('artisan')).' sse:work'),
            'directory' => $escaped($this->app->basePath()),
            'log' => $escaped($this->app->storagePath('logs/sse-hub.log')),
        ] + $this->limits());
    }

    /** A unit of systemd. */
    public function systemd(): string
    {
        $escaped = fn (string $text): string => str_replace('%', '%%', $text);
        $socket = $this->text('sse.hub', '');
        $runtime = preg_match('#\A/(?:var/)?run/([^/]+)/[^/]+\z#', $socket, $match) === 1
            ? "# The directory of the hub's socket.\nRuntimeDirectory=".$escaped($match[1])."\nRuntimeDirectoryPreserve=restart\n"
            : '';

        return Stub::fill('systemd', [
            'name' => $escaped($this->text('app.name', 'Laravel')),
            // "$" begins a variable there.
            'command' => str_replace('$', '$$', $escaped(self::quoted(PHP_BINARY).' '.self::quoted($this->app->basePath('artisan')).' sse:work')),
            'directory' => $escaped($this->app->basePath()),
            'runtime' => $runtime,
        ] + $this->limits());
    }

    /** @return array<string, string|int> */
    private function limits(): array
    {
        return [
            'user' => $this->webUser(),
            'stop' => (int) ceil($this->number('sse.work.drain', 5)) + self::PATIENCE,
            'files' => max(65_536, (int) $this->number('sse.work.max_clients', 10_000) + self::OTHER_FILES),
        ];
    }

    /** Whom PHP's workers run as, as far as can be guessed: the hub must be theirs. */
    private function webUser(): string
    {
        $owner = function_exists('posix_getpwuid') ? posix_getpwuid((int) @fileowner($this->app->storagePath())) : false;

        return FpmPool::all()[0]->user ?? ($owner !== false && $owner['name'] !== 'root' ? $owner['name'] : 'www-data');
    }

    private function fpmSocket(): string
    {
        $listen = FpmPool::all()[0]->listen ?? '';

        return str_starts_with($listen, '/') ? $listen : '/run/php/php-fpm.sock';
    }

    private static function quoted(string $path): string
    {
        return preg_match('/[\s"\'\\\\]/', $path) === 1 ? '"'.addcslashes($path, '"\\').'"' : $path;
    }

    private function text(string $key, string $default): string
    {
        $value = $this->config->get($key);

        return is_string($value) && $value !== '' ? $value : $default;
    }

    private function number(string $key, float $default): float
    {
        $value = $this->config->get($key);

        return is_numeric($value) ? (float) $value : $default;
    }
}
