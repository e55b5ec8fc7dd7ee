<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Support;

use RuntimeException;
use Sse\Laravel\Hub\HubProcess;
use SseException;
use SseHub;

/** A hub in a process of its own, which ends with this object, or with this process. */
final class HubServer
{
    /** @var null|resource */
    private $process;

    /** @param  array<string, mixed>  $options  of SseHub */
    public function __construct(public readonly string $control, array $options = [], ?string $log = null)
    {
        $code = 'error_reporting(E_ALL); (new SseHub(json_decode($argv[1], true)))->run();';
        $options += ['control' => $control, 'redis' => 'memory:'];
        $output = ['file', $log ?? '/dev/null', 'a'];
        $process = proc_open(
            ['setpriv', '--pdeathsig', 'TERM', '--', ...HubProcess::php('-r', $code, '--', json_encode($options, JSON_THROW_ON_ERROR))],
            [['file', '/dev/null', 'r'], $output, $output],
            $pipes,
        );
        $this->process = $process === false ? throw new RuntimeException('php does not start') : $process;
        for ($until = microtime(true) + 10; ! $this->answers(); usleep(10_000)) {
            if (microtime(true) > $until) {
                throw new RuntimeException('the hub does not answer');
            }
        }
    }

    public function __destruct()
    {
        $this->stop();
    }

    public function pid(): int
    {
        return $this->process === null ? 0 : proc_get_status($this->process)['pid'];
    }

    public function stop(): void
    {
        if ($this->process !== null) {
            proc_terminate($this->process);
            proc_close($this->process);
            $this->process = null;
        }
    }

    private function answers(): bool
    {
        try {
            return SseHub::stats($this->control)['broker_ready'] === true;
        } catch (SseException) {
            return false;
        }
    }
}
