<?php

declare(strict_types=1);

namespace Sse\Laravel\Streaming;

/** What PHP runs below, as far as streams care. */
enum Server
{
    /** One request a process: PHP-FPM, php -S, Apache. The extension sees the connection. */
    case Classic;
    case Swoole;
    case RoadRunner;
    case FrankenPhp;
    /** Octane, or another loop that serves requests one after another, below a server that is not known. */
    case OtherWorker;

    public static function current(): self
    {
        return self::detect($_SERVER + $_ENV, PHP_SAPI, extension_loaded('swoole') || extension_loaded('openswoole'));
    }

    /** @param  array<array-key, mixed>  $environment */
    public static function detect(array $environment, string $sapi, bool $hasSwoole): self
    {
        $isOctane = filter_var($environment['LARAVEL_OCTANE'] ?? false, FILTER_VALIDATE_BOOL);

        return match (true) {
            // FrankenPHP outside its worker mode serves one request a thread, but its output is like the worker's.
            $sapi === 'frankenphp' => self::FrankenPhp,
            ! $isOctane => self::Classic,
            isset($environment['RR_MODE']) => self::RoadRunner,
            $hasSwoole => self::Swoole,
            default => self::OtherWorker,
        };
    }

    /** Whether the extension may look at the connection itself. */
    public function showsConnection(): bool
    {
        return $this === self::Classic;
    }

    public function label(): string
    {
        return match ($this) {
            self::Classic => PHP_SAPI,
            self::OtherWorker => 'Octane',
            default => 'Octane ('.$this->name.')',
        };
    }
}
