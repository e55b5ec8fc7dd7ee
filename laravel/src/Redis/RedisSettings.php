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
    ];

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
        if (is_array($settings)) {
            return (string) ($settings['prefix'] ?? '');
        }
        parse_str((string) parse_url($settings, PHP_URL_QUERY), $query);

        return $this->text($query['prefix'] ?? '');
    }

    /** @return array<string, scalar|null> */
    private function connection(string $name): array
    {
        /** @var null|array<string, mixed> $connection */
        $connection = $this->config->get("database.redis.{$name}");
        if (! is_array($connection)) {
            $kind = $this->config->has("database.redis.clusters.{$name}")
                ? 'is a Redis Cluster, which topics do not support: name a single Redis'
                : 'does not exist in config/database.php';
            throw new InvalidConfiguration("sse.redis: the Redis connection \"{$name}\" {$kind}.");
        }

        $parsed = (new ConfigurationUrlParser)->parseConfiguration($connection);
        if (in_array(strtolower($this->text($parsed['driver'] ?? '')), ['tls', 'rediss'], true)) {
            $parsed['scheme'] = 'tls';
        }
        $settings = array_merge($this->options('database.redis.options'), $this->options("database.redis.{$name}.options"), $parsed);
        if (str_starts_with($this->text($settings['host'] ?? ''), '/')) { // phpredis' way to name a Unix socket
            $settings = ['path' => $settings['host']] + Arr::except($settings, ['host', 'port', 'scheme']);
        }

        $known = [];
        foreach (self::KEYS as $key) {
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
