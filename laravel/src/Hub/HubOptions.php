<?php

declare(strict_types=1);

namespace Sse\Laravel\Hub;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Redis\RedisSettings;

/** The options of SseHub, after config/sse.php. */
final readonly class HubOptions
{
    private const NAMES = [
        'listen' => 'listen',
        'path' => 'path',
        'workers' => 'workers',
        'max_clients' => 'maxClients',
        'max_per_user' => 'maxPerUser',
        'max_per_ip' => 'maxPerIp',
        'max_channels' => 'maxChannels',
        'client_buffer' => 'clientBuffer',
        'overflow' => 'overflow',
        'drain' => 'drain',
        'secret' => 'jwtSecret',
        'cors' => 'cors',
    ];

    private const NUMBERS = ['workers', 'max_clients', 'max_per_user', 'max_per_ip', 'max_channels', 'client_buffer', 'drain'];

    public function __construct(private Repository $config, private RedisSettings $redis)
    {
    }

    /**
     * @return array<string, mixed>
     *
     * @throws InvalidConfiguration
     */
    public function all(): array
    {
        $options = ['control' => $this->control(), 'redis' => $this->redis->resolve()];
        foreach ((array) $this->config->get('sse.work', []) as $name => $value) {
            $option = self::NAMES[$name]
                ?? throw new InvalidConfiguration("sse.work has no \"{$name}\"; it knows ".implode(', ', array_keys(self::NAMES)).'.');
            $options[$option] = match (true) {
                is_array($value) => array_values($value),
                // What comes from the environment is text.
                in_array($name, self::NUMBERS, true) && is_numeric($value) => $value + 0,
                default => $value,
            };
        }
        if (($options['jwtSecret'] ?? null) === '') {
            unset($options['jwtSecret']);
        }
        if (is_string($options['cors'] ?? null)) {
            $options['cors'] = array_values(array_filter(array_map(trim(...), explode(',', $options['cors'])))) ?: null;
        }

        return $options;
    }

    /** @throws InvalidConfiguration */
    public function control(): string
    {
        $control = $this->config->get('sse.hub');
        if (! is_string($control) || $control === '') {
            throw new InvalidConfiguration('sse.hub (SSE_HUB) must be the path of the hub\'s socket, such as '
                .storage_path('framework/sse.sock').'.');
        }

        return $control;
    }
}
