<?php

declare(strict_types=1);

namespace Sse\Laravel\Install;

/** The web server in front of PHP. */
enum Proxy: string
{
    case Nginx = 'nginx';
    case Apache = 'apache';
    case Caddy = 'caddy';
    case None = 'none';

    /** What runs on this machine, or else what is installed. */
    public static function detect(): self
    {
        return self::choose(self::processes(), self::programs());
    }

    /**
     * @param  list<string>  $running  names of processes
     * @param  list<string>  $installed  names of programs
     */
    public static function choose(array $running, array $installed): self
    {
        foreach ([$running, $installed] as $names) {
            foreach ([self::Nginx, self::Caddy, self::Apache] as $proxy) {
                if (array_intersect($proxy->names(), $names) !== []) {
                    return $proxy;
                }
            }
        }

        return self::None;
    }

    public function label(): string
    {
        return $this === self::None ? 'no proxy' : ucfirst($this->value);
    }

    /** @return list<string> */
    private function names(): array
    {
        return match ($this) {
            self::Nginx => ['nginx'],
            self::Apache => ['apache2', 'httpd'],
            self::Caddy => ['caddy'],
            self::None => [],
        };
    }

    /** @return list<string> */
    private static function processes(): array
    {
        return array_map(fn (string $path): string => trim((string) @file_get_contents($path)), glob('/proc/[0-9]*/comm') ?: []);
    }

    /** @return list<string> */
    private static function programs(): array
    {
        $found = [];
        foreach (array_merge(...array_map(fn (self $proxy): array => $proxy->names(), self::cases())) as $name) {
            foreach ([...explode(PATH_SEPARATOR, (string) getenv('PATH')), '/usr/sbin', '/usr/local/sbin'] as $directory) {
                if ($directory !== '' && @is_executable("{$directory}/{$name}")) {
                    $found[] = $name;
                }
            }
        }

        return $found;
    }
}
