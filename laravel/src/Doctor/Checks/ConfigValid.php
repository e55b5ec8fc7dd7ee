<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Hub\HubOptions;
use Sse\Laravel\Redis\RedisSettings;
use SseHub;
use TypeError;
use ValueError;

final readonly class ConfigValid implements Check
{
    /** Bytes of a Unix socket's path at most, on Linux. */
    private const SOCKET_MAX = 107;

    public function __construct(private HubOptions $options, private RedisSettings $redis, private Repository $config)
    {
    }

    public function title(): string
    {
        return 'config/sse.php';
    }

    public function run(): Result
    {
        $control = $this->config->get('sse.hub');
        if (is_string($control) && strlen($control) > self::SOCKET_MAX) {
            return Result::failure(
                'sse.hub has '.strlen($control).' bytes, and the path of a socket may have '.self::SOCKET_MAX.'.',
                'Set SSE_HUB to a shorter one, such as /run/sse/hub.sock, and make that directory for the user of sse:work.',
            );
        }
        try {
            if ($control === null) {
                $this->redis->resolve();
            } elseif (extension_loaded('sse')) {
                new SseHub($this->options->all());
            }
        } catch (InvalidConfiguration|ValueError|TypeError $e) {
            return Result::failure($e->getMessage(), 'Correct config/sse.php, or the variable of .env that it reads.');
        }

        return Result::ok('The hub accepts all that it says.');
    }
}
