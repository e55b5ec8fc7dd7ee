<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor;

use RedisSubscriber;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Redis\RedisSettings;
use Sse\Laravel\System\RedisInfo;
use SseException;
use ValueError;

/** The Redis of the streams, asked through the extension itself. */
class RedisProbe
{
    private ?RedisSubscriber $redis = null;

    /** @var null|array<string, string> */
    private ?array $info = null;

    private ?string $problem = null;

    public function __construct(private readonly RedisSettings $settings)
    {
    }

    /** Why it cannot be asked; null: it can. */
    public function problem(): ?string
    {
        if ($this->redis === null && $this->problem === null) {
            $this->problem = $this->connect();
        }

        return $this->problem;
    }

    /** Whether it is meant to be there at all. */
    public function isWanted(): bool
    {
        return extension_loaded('sse') && ! $this->settings->isMemory();
    }

    /** @throws SseException */
    public function command(string $name, string|int ...$arguments): mixed
    {
        return $this->redis?->command($name, ...$arguments);
    }

    /** A line of INFO; null: it is not there, or this user may not ask. */
    public function info(string $name): ?string
    {
        if ($this->info === null) {
            try {
                $text = $this->command('INFO');
            } catch (SseException) {
                $text = '';
            }
            $this->info = RedisInfo::parse(is_string($text) ? $text : '');
        }

        return $this->info[$name] ?? null;
    }

    /** A setting of CONFIG GET; null: it is not there, or may not be asked for, as at many who host Redis. */
    public function setting(string $name): ?string
    {
        try {
            $pair = $this->command('CONFIG', 'GET', $name);
        } catch (SseException) {
            return null;
        }
        $value = is_array($pair) ? array_values($pair)[1] ?? null : null;

        return is_string($value) ? $value : null;
    }

    private function connect(): ?string
    {
        if (! extension_loaded('sse')) {
            return 'the extension sse is not loaded';
        }
        if ($this->settings->isMemory()) {
            return 'sse.redis is "memory:"';
        }
        try {
            $redis = new RedisSubscriber($this->settings->resolve());
            $redis->command('PING');
        } catch (SseException|ValueError|InvalidConfiguration $e) {
            return rtrim($e->getMessage(), '.');
        }
        $this->redis = $redis;

        return null;
    }
}
