<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Support;

use Predis\Client;
use RuntimeException;

/** A redis-server on a free port, which ends with this process. */
final class RedisServer
{
    private static ?self $shared = null;

    public readonly int $port;

    private readonly string $directory;

    /** @var null|resource */
    private $process;

    public function __construct()
    {
        $this->port = self::freePort();
        $this->directory = sys_get_temp_dir().'/sse-laravel-redis-'.getmypid().'-'.$this->port;
        mkdir($this->directory);
        $this->start();
        register_shutdown_function(function (): void {
            $this->stop();
            Files::remove($this->directory);
        });
    }

    /** One for the whole test run, emptied. */
    public static function shared(): self
    {
        self::$shared ??= new self;
        self::$shared->client()->flushall();

        return self::$shared;
    }

    public function start(): void
    {
        $log = ['file', "{$this->directory}/redis.log", 'a'];
        $process = proc_open(
            ['setpriv', '--pdeathsig', 'TERM', '--', 'redis-server', '--port', (string) $this->port, '--bind', '127.0.0.1', '--save', '',
                '--dir', $this->directory],
            [['file', '/dev/null', 'r'], $log, $log],
            $pipes,
        );
        $this->process = $process === false ? throw new RuntimeException('redis-server does not start') : $process;
        for ($until = microtime(true) + 10; ! @fsockopen('127.0.0.1', $this->port); usleep(10_000)) {
            if (microtime(true) > $until) {
                throw new RuntimeException("redis-server does not answer; see {$this->directory}/redis.log");
            }
        }
    }

    public function stop(): void
    {
        if ($this->process !== null) {
            proc_terminate($this->process);
            proc_close($this->process);
            $this->process = null;
        }
    }

    public function client(): Client
    {
        return new Client(['host' => '127.0.0.1', 'port' => $this->port]);
    }

    private static function freePort(): int
    {
        $server = stream_socket_server('tcp://127.0.0.1:0') ?: throw new RuntimeException('no free port');

        return (int) explode(':', (string) stream_socket_get_name($server, false))[1];
    }
}
