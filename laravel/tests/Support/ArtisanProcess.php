<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Support;

use RuntimeException;
use Sse\Laravel\Hub\HubProcess;

/** An artisan command in a process of its own, of an application in a directory of a test: for what goes on until a signal. */
final class ArtisanProcess
{
    /** @var resource */
    private $process;

    /** @var array<int, resource> */
    private array $pipes = [];

    private string $output = '';

    /**
     * @param  array<string, mixed>  $configuration  dotted
     * @param  list<string>  $command
     */
    public function __construct(string $basePath, array $configuration, array $command, bool $terminal = false)
    {
        file_put_contents("{$basePath}/artisan", sprintf(<<<'PHP'
            <?php
            require %s;
            $app = Illuminate\Foundation\Application::configure(basePath: __DIR__)
                ->withProviders([Sse\Laravel\SseServiceProvider::class], false)->withMiddleware()->withExceptions()->create();
            $app->afterBootstrapping(
                Illuminate\Foundation\Bootstrap\LoadConfiguration::class,
                fn ($app) => $app->make('config')->set(%s),
            );
            exit($app->handleCommand(new Symfony\Component\Console\Input\ArgvInput));
            PHP, var_export(dirname(__DIR__, 2).'/vendor/autoload.php', true), var_export($configuration, true)));
        $output = $terminal ? ['pty'] : ['pipe', 'w'];
        $process = proc_open(
            ['setpriv', '--pdeathsig', 'TERM', '--', ...HubProcess::php("{$basePath}/artisan", ...$command)],
            [$terminal ? ['pty'] : ['file', '/dev/null', 'r'], $output, $output],
            $this->pipes,
        );
        $this->process = $process === false ? throw new RuntimeException('artisan does not start') : $process;
        stream_set_blocking($this->pipes[1], false);
    }

    /** What it has written, once that matches. */
    public function waitFor(string $pattern, float $seconds = 10.0): string
    {
        for ($until = microtime(true) + $seconds; preg_match($pattern, $this->output) !== 1; usleep(10_000)) {
            if (microtime(true) > $until) {
                throw new RuntimeException("Waited for {$pattern}, and there is only:\n{$this->output}");
            }
            $this->read();
        }

        return $this->output;
    }

    /** @return int its exit code */
    public function end(int $signal): int
    {
        proc_terminate($this->process, $signal);
        for ($until = microtime(true) + 5; ($status = proc_get_status($this->process))['running']; usleep(10_000)) {
            if (microtime(true) > $until) {
                proc_terminate($this->process, SIGKILL);
                throw new RuntimeException("Signal {$signal} did not end it; it wrote:\n{$this->output}");
            }
            $this->read();
        }
        $this->read();

        return $status['signaled'] ? 128 + $status['termsig'] : $status['exitcode'];
    }

    public function output(): string
    {
        return $this->output;
    }

    private function read(): void
    {
        // A terminal whose other end has closed is an error, and no end of file.
        $this->output .= (string) @stream_get_contents($this->pipes[1]);
    }
}
