<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit;

use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Sse\Laravel\Console\HubCommand;
use Sse\Laravel\Hub\HubProcess;
use Sse\Laravel\Hub\Supervisor;

/** With processes that stand for hubs. */
final class SupervisorTest extends TestCase
{
    /** @var list<string> */
    private array $log = [];

    private int $started = 0;

    #[Test]
    public function a_hub_that_cannot_begin_ends_the_command_with_its_code(): void
    {
        $this->assertSame(1, $this->supervise('exit(1);')->run());
        $this->assertSame(HubCommand::MISCONFIGURED, $this->supervise('exit(78);')->run());
        $this->assertSame(2, $this->started);
    }

    #[Test]
    public function a_hub_whose_streams_another_has_taken_is_not_started_again(): void
    {
        $this->assertSame(0, $this->supervise('exit(0);')->run());
        $this->assertSame(1, $this->started);
        $this->assertStringContainsString('another sse:work', implode("\n", $this->log));
    }

    #[Test]
    public function a_hub_that_dies_later_is_started_again(): void
    {
        $this->assertSame(0, $this->supervise(['sleep(1); exit(3);', 'exit(0);'])->run());
        $this->assertSame(2, $this->started);
        $this->assertStringContainsString('ended with code 3; starting it again', implode("\n", $this->log));
    }

    #[Test]
    public function a_restart_keeps_the_old_hub_until_the_new_one_has_taken_over(): void
    {
        $asked = 0;
        $supervisor = $this->supervise(['sleep(2);', 'sleep(2);'], function () use (&$asked): bool {
            return ++$asked === 1;
        });
        $this->assertSame(0, $supervisor->run());
        $this->assertSame(2, $this->started);
        $this->assertStringContainsString('The new hub has taken over.', implode("\n", $this->log));
    }

    #[Test]
    public function a_hub_whose_events_are_in_the_process_is_ended_before_the_next_one_starts(): void
    {
        $asked = 0;
        $supervisor = $this->supervise(['while (true) sleep(1);', 'exit(0);'], function () use (&$asked): bool {
            return ++$asked === 1;
        }, canTakeOver: false);
        $this->assertSame(0, $supervisor->run());
        $this->assertSame(2, $this->started);
        $this->assertStringContainsString('its clients come back', implode("\n", $this->log));
    }

    #[Test]
    public function a_new_hub_that_fails_leaves_the_old_one(): void
    {
        $asked = 0;
        $supervisor = $this->supervise(['sleep(3); exit(0);', 'exit(1);'], function () use (&$asked): bool {
            return ++$asked === 1;
        });
        $this->assertSame(0, $supervisor->run());
        $this->assertStringContainsString('the old one goes on', implode("\n", $this->log));
    }

    #[Test]
    public function stopping_ends_the_hub_and_waits_for_it(): void
    {
        $supervisor = $this->supervise('pcntl_async_signals(true); pcntl_signal(SIGTERM, fn () => exit(0)); while (true) sleep(1);');
        pcntl_async_signals(true);
        pcntl_signal(SIGALRM, fn () => $supervisor->stop());
        pcntl_alarm(1);
        $began = microtime(true);
        $this->assertSame(0, $supervisor->run());
        $this->assertLessThan(3.0, microtime(true) - $began);
    }

    #[Test]
    public function a_hub_that_does_not_end_is_killed(): void
    {
        $process = new HubProcess([PHP_BINARY, '-n', '-r', 'while (true) sleep(1);']);
        $stubborn = new HubProcess(['sh', '-c', 'trap "" TERM; while :; do sleep 0.1; done']);
        usleep(300_000);
        $this->assertSame(128 + SIGTERM, $process->stop(5));
        $this->assertSame(128 + SIGKILL, $stubborn->stop(0.5));
    }

    #[Test]
    public function a_command_line_keeps_the_options_that_this_php_was_started_with(): void
    {
        $command = HubProcess::php('artisan', 'sse:hub');
        $this->assertSame(PHP_BINARY, $command[0]);
        $this->assertSame(['artisan', 'sse:hub'], array_slice($command, -2));
        if (str_contains((string) file_get_contents('/proc/self/cmdline'), 'extension=')) {
            $this->assertStringContainsString('extension=', implode(' ', $command));
        }
    }

    /**
     * @param  string|list<string>  $code  of each hub that is started
     * @param  null|callable(): bool  $restart
     */
    private function supervise(string|array $code, ?callable $restart = null, bool $canTakeOver = true): Supervisor
    {
        $codes = (array) $code;

        return new Supervisor(
            function () use (&$codes): HubProcess {
                $this->started++;

                return new HubProcess([PHP_BINARY, '-n', '-r', (string) array_shift($codes)]);
            },
            function (string $level, string $sentence): void {
                $this->log[] = "{$level}: {$sentence}";
            },
            ($restart ?? fn (): bool => false)(...),
            5.0,
            0.5,
            $canTakeOver,
        );
    }
}
