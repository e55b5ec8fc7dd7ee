<?php

declare(strict_types=1);

namespace Sse\Laravel\System\Nginx;

use Symfony\Component\Process\Exception\ExceptionInterface;
use Symfony\Component\Process\Process;

/** The nginx of this machine: what it is configured to do, as far as it can be read. */
class Nginx
{
    private const FILES = ['/etc/nginx/nginx.conf', '/usr/local/nginx/conf/nginx.conf', '/usr/local/etc/nginx/nginx.conf'];

    private ?Directive $configuration = null;

    private bool $hasLooked = false;

    /**
     * @param  ?list<string>  $command  prints all of the configuration; null: only the files are looked at
     * @param  list<string>  $files  where the configuration may begin
     */
    public function __construct(private readonly ?array $command = ['nginx', '-T', '-q'], private readonly array $files = self::FILES)
    {
    }

    /** null: there is none, or it cannot be read. */
    public function configuration(): ?Directive
    {
        if (! $this->hasLooked) {
            $this->hasLooked = true;
            $this->configuration = self::parseDump($this->printed()) ?? $this->read();
        }

        return $this->configuration;
    }

    /** @return list<Directive> the `server` blocks that serve this directory */
    public function serversOf(string $public): array
    {
        $isOurs = function (Directive $block) use ($public): bool {
            $root = rtrim($block->argument(), '/');

            return $root !== '' && ($root === rtrim($public, '/') || (realpath($root) !== false && realpath($root) === realpath($public)));
        };
        $servers = $this->configuration()?->all('server') ?? [];

        return array_values(array_filter($servers, function (Directive $server) use ($isOurs): bool {
            $roots = [...$server->all('root'), ...array_filter([$server->effective('root')])];

            return array_filter($roots, $isOurs) !== [];
        }));
    }

    /** What nginx -T prints: the files one after another, each below its name, the first of them including the others. */
    public static function parseDump(string $dump): ?Directive
    {
        $parts = preg_split('/^# configuration file (\S+):\R/m', $dump, -1, PREG_SPLIT_DELIM_CAPTURE) ?: [];
        $files = [];
        for ($i = 1; $i + 1 < count($parts); $i += 2) {
            $files[$parts[$i]] = $parts[$i + 1];
        }
        $main = array_key_first($files);
        if ($main === null) {
            return null;
        }
        $include = function (string $pattern) use ($files, $main): array {
            $pattern = str_starts_with($pattern, '/') ? $pattern : dirname($main).'/'.$pattern;

            return array_values(array_filter($files, fn (string $path): bool => fnmatch($pattern, $path, FNM_PATHNAME), ARRAY_FILTER_USE_KEY));
        };

        return (new Parser($include))->parse($files[$main]);
    }

    private function printed(): string
    {
        if ($this->command === null) {
            return '';
        }
        // sbin is often not in the path of those who are not root.
        $process = new Process($this->command, '/', ['PATH' => getenv('PATH').':/usr/sbin:/usr/local/sbin'], null, 5);
        try {
            $process->run();
        } catch (ExceptionInterface) {
            return '';
        }

        return $process->isSuccessful() ? $process->getOutput() : '';
    }

    private function read(): ?Directive
    {
        foreach ($this->files as $file) {
            $text = is_readable($file) ? file_get_contents($file) : false;
            if ($text !== false) {
                return (new Parser(fn (string $pattern): array => self::included(dirname($file), $pattern)))->parse($text);
            }
        }

        return null;
    }

    /** @return list<string> */
    private static function included(string $directory, string $pattern): array
    {
        $paths = glob(str_starts_with($pattern, '/') ? $pattern : "{$directory}/{$pattern}") ?: [];
        $texts = array_map(fn (string $path): string|false => @file_get_contents($path), $paths);

        return array_values(array_filter($texts, is_string(...)));
    }
}
