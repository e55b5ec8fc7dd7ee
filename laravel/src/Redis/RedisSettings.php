<?php

declare(strict_types=1);

namespace Sse\Laravel\Redis;

use Illuminate\Contracts\Config\Repository;
use Illuminate\Support\Arr;
use Illuminate\Support\ConfigurationUrlParser;
use Sse\Laravel\Exceptions\InvalidConfiguration;

/**
 * What the extension is told about Redis: the same server, database and prefix as the Redis facade of that connection uses, so
 * that what one of them writes the other finds.
 */
final readonly class RedisSettings
{
    public const MEMORY = 'memory:';

    /** What the extension knows of a connection; all else belongs to phpredis and predis. */
    private const KEYS = [
        'scheme', 'host', 'port', 'path', 'username', 'password', 'database', 'prefix', 'timeout', 'read_timeout', 'maxlen', 'ttl',
        'seeds', 'master', 'sentinel_username', 'sentinel_password',
    ];

    /** URLs that name several hosts, which Laravel's own parser does not know. */
    private const SEVERAL = '~^rediss?-(sentinel|cluster)://~i';

    public function __construct(private Repository $config)
    {
    }

    /**
     * @return string|array<string, scalar|null> a DSN, "memory:", or a connection array of the extension
     *
     * @throws InvalidConfiguration
     */
    public function resolve(): string|array
    {
        $name = $this->config->get('sse.redis') ?? 'default';
        if (! is_string($name) || $name === '') {
            throw new InvalidConfiguration('sse.redis must be the name of a connection in config/database.php, a DSN, or "memory:".');
        }
        if ($name === self::MEMORY || str_contains($name, '://')) {
            return $name;
        }

        return $this->connection($name);
    }

    public function isMemory(): bool
    {
        return $this->config->get('sse.redis') === self::MEMORY;
    }

    /** What stands before every key and channel. */
    public function prefix(): string
    {
        $settings = $this->resolve();
        $dsn = is_array($settings) ? $this->text($settings['url'] ?? '') : $settings;
        parse_str(explode('?', $dsn, 2)[1] ?? '', $query);

        return $this->text($query['prefix'] ?? (is_array($settings) ? (string) ($settings['prefix'] ?? '') : ''));
    }

    /** Whether the extension is told that this is a Redis Cluster. */
    public function isCluster(): bool
    {
        $settings = $this->resolve();
        $scheme = is_array($settings) ? $this->text($settings['url'] ?? $settings['scheme'] ?? '') : $settings;

        return preg_match('~^rediss?-cluster(:|$)~i', $scheme) === 1;
    }

    /** @return array<string, scalar|null> */
    private function connection(string $name): array
    {
        /** @var null|array<string, mixed> $connection */
        $connection = $this->config->get("database.redis.{$name}");
        if (! is_array($connection)) {
            return $this->cluster($name);
        }

        $parsed = preg_match(self::SEVERAL, $this->text($connection['url'] ?? '')) === 1
            ? Arr::except($connection, ['host', 'port', 'path', 'scheme'])
            : Arr::except((new ConfigurationUrlParser)->parseConfiguration($connection), 'url');
        if (in_array(strtolower($this->text($parsed['driver'] ?? '')), ['tls', 'rediss'], true)) {
            $parsed['scheme'] = 'tls';
        }

        return $this->known(array_merge($this->options('database.redis.options'), $this->options("database.redis.{$name}.options"), $parsed));
    }

    /**
     * A cluster as Laravel has it: hosts and ports of some of its nodes; user and password are the first one's.
     *
     * @return array<string, scalar|null>
     */
    private function cluster(string $name): array
    {
        $seeds = $first = [];
        foreach (Arr::except($this->options("database.redis.clusters.{$name}"), 'options') as $node) {
            if (! is_array($node)) {
                continue;
            }
            $node = (new ConfigurationUrlParser)->parseConfiguration($node);
            $port = $node['port'] ?? 6379;
            $seeds[] = $this->text($node['host'] ?? '').(is_scalar($port) ? ":{$port}" : '');
            $first = $first === [] ? $node : $first;
        }
        if ($seeds === []) {
            throw new InvalidConfiguration("sse.redis: the Redis connection \"{$name}\" does not exist in config/database.php.");
        }
        $tls = in_array(strtolower($this->text($first['scheme'] ?? $first['driver'] ?? '')), ['tls', 'rediss'], true);

        return $this->known([
            ...$this->options('database.redis.options'),
            ...$this->options('database.redis.clusters.options'),
            ...Arr::except($first, ['host', 'port', 'path']),
            'scheme' => $tls ? 'rediss-cluster' : 'redis-cluster',
            'seeds' => implode(',', $seeds),
        ]);
    }

    /**
     * @param  array<array-key, mixed>  $settings
     * @return array<string, scalar|null>
     */
    private function known(array $settings): array
    {
        if (str_starts_with($this->text($settings['host'] ?? ''), '/')) { // phpredis' way to name a Unix socket
            $settings = ['path' => $settings['host']] + Arr::except($settings, ['host', 'port', 'scheme']);
        }

        $known = [];
        foreach (['url', ...self::KEYS] as $key) {
            if (is_scalar($settings[$key] ?? null)) {
                $known[$key] = $settings[$key];
            }
        }

        return $known;
    }

    /** @return array<array-key, mixed> */
    private function options(string $key): array
    {
        $options = $this->config->get($key);

        return is_array($options) ? $options : [];
    }

    private function text(mixed $value): string
    {
        return is_string($value) ? $value : '';
    }
}
