<?php

declare(strict_types=1);

namespace Sse\Laravel\System;

/** A pool of PHP-FPM, as its configuration has it. */
final readonly class FpmPool
{
    public const FILES = [
        '/etc/php/*/fpm/pool.d/*.conf',
        '/etc/php-fpm.d/*.conf',
        '/usr/local/etc/php-fpm.d/*.conf',
        '/etc/php*/php-fpm.d/*.conf',
    ];

    /** @param  string  $version  "8.2" where the path says so */
    public function __construct(public string $name, public string $user, public ?string $listen, public string $version = '')
    {
    }

    /**
     * @param  list<string>  $patterns
     * @return list<self> those of all files that can be read; those of this PHP's version first
     */
    public static function all(array $patterns = self::FILES): array
    {
        $pools = [];
        foreach ($patterns as $pattern) {
            foreach (glob($pattern) ?: [] as $path) {
                $version = preg_match('#/php/(\d+\.\d+)/#', $path, $match) === 1 ? $match[1] : '';
                array_push($pools, ...self::parse((string) @file_get_contents($path), $version));
            }
        }
        $own = PHP_MAJOR_VERSION.'.'.PHP_MINOR_VERSION;
        usort($pools, fn (self $a, self $b): int => ($b->version === $own) <=> ($a->version === $own));

        return $pools;
    }

    /** @return list<self> */
    public static function parse(string $text, string $version = ''): array
    {
        $pools = [];
        $name = '';
        foreach (preg_split('/\R/', $text) ?: [] as $line) {
            $line = trim((string) preg_replace('/(^|\s)[;#].*$/', '', $line));
            if (preg_match('/^\[(.+)\]$/', $line, $match) === 1) {
                $name = $match[1];
            } elseif (preg_match('/^(user|listen)\s*=\s*"?([^"]*)"?$/', $line, $match) === 1) {
                $pools[$name][$match[1]] = str_replace('$pool', $name, trim($match[2]));
            }
        }
        $found = [];
        foreach ($pools as $pool => $values) {
            if (isset($values['user'])) {
                $found[] = new self((string) $pool, $values['user'], $values['listen'] ?? null, $version);
            }
        }

        return $found;
    }
}
