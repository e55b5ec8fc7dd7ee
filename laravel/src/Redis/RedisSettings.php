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
        /** @var null|array<array-key, mixed> $connection */
        $connection = $this->config->get("database.redis.{$name}");
        if (! is_array($connection)) {
            return $this->cluster($name);
        }
        $options = array_merge($this->options('database.redis.options'), $this->options("database.redis.{$name}.options"));
        $sentinels = array_filter($connection, is_int(...), ARRAY_FILTER_USE_KEY);
        if ($sentinels !== [] && ($options['replication'] ?? null) === 'sentinel') {
            return $this->sentinels($sentinels, $options);
        }

        $parsed = preg_match(self::SEVERAL, $this->text($connection['url'] ?? '')) === 1
            ? Arr::except($connection, ['host', 'port', 'path', 'scheme'])
            : Arr::except((new ConfigurationUrlParser)->parseConfiguration($connection), 'url');
        if ($this->isTls(Arr::except($parsed, 'scheme'))) {
            $parsed['scheme'] = 'tls';
        }

        return $this->known(array_merge($options, $parsed));
    }

    /**
     * Sentinels as predis has them: their addresses, the master's name as "service", and what is Redis' own as "parameters".
     *
     * @param  array<int, mixed>  $sentinels
     * @param  array<array-key, mixed>  $options
     * @return array<string, scalar|null>
     */
    private function sentinels(array $sentinels, array $options): array
    {
        [$seeds, $first] = $this->nodes($sentinels, 26379);
        $parameters = is_array($options['parameters'] ?? null) ? $options['parameters'] : [];

        return $this->known([
            ...$options,
            ...Arr::except($parameters, ['host', 'port', 'path']),
            'scheme' => $this->isTls($parameters) || $this->isTls($first) ? 'rediss-sentinel' : 'redis-sentinel',
            'seeds' => implode(',', $seeds),
            'master' => $options['service'] ?? null,
            'sentinel_username' => $first['username'] ?? null,
            'sentinel_password' => $first['password'] ?? null,
        ]);
    }

    /**
     * A cluster as Laravel has it: hosts and ports of some of its nodes; user and password are the first one's.
     *
     * @return array<string, scalar|null>
     */
    private function cluster(string $name): array
    {
        [$seeds, $first] = $this->nodes(Arr::except($this->options("database.redis.clusters.{$name}"), 'options'), 6379);
        if ($seeds === []) {
            throw new InvalidConfiguration("sse.redis: the Redis connection \"{$name}\" does not exist in config/database.php.");
        }

        return $this->known([
            ...$this->options('database.redis.options'),
            ...$this->options('database.redis.clusters.options'),
            ...Arr::except($first, ['host', 'port', 'path']),
            'scheme' => $this->isTls($first) ? 'rediss-cluster' : 'redis-cluster',
            'seeds' => implode(',', $seeds),
        ]);
    }

    /**
     * Addresses of several servers, each a URL or an array, and what else the first one says.
     *
     * @param  array<array-key, mixed>  $nodes
     * @return array{list<string>, array<array-key, mixed>}
     */
    private function nodes(array $nodes, int $port): array
    {
        $seeds = $first = [];
        foreach ($nodes as $node) {
            if (is_string($node) || is_array($node)) {
                $node = (new ConfigurationUrlParser)->parseConfiguration($node);
                $seeds[] = $this->text($node['host'] ?? '').':'.(is_scalar($node['port'] ?? null) ? $node['port'] : $port);
                $first = $first === [] ? $node : $first;
            }
        }

        return [$seeds, $first];
    }

    /** @param  array<array-key, mixed>  $node */
    private function isTls(array $node): bool
    {
        return in_array(strtolower($this->text($node['scheme'] ?? $node['driver'] ?? '')), ['tls', 'rediss'], true);
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
