<?php

declare(strict_types=1);

namespace Sse\Laravel\Hub;

use Closure;
use Sse\Laravel\Console\HubCommand;

/**
 * Keeps one hub running, in a process of its own: starts it again when it dies, and replaces it without ending a stream when it is
 * told to.
 */
final class Supervisor
{
    /** Seconds between two looks at the processes. */
    private const TICK = 0.1;

    /** Seconds: the longest pause before a hub that died is started again. */
    private const PAUSE_MAX = 30.0;

    private ?HubProcess $hub = null;

    /** Takes the streams of $hub. */
    private ?HubProcess $next = null;

    private bool $stopping = false;

    private float $pause = 0.5;

    private bool $hasBegun = false;

    /**
     * @param  Closure(): HubProcess  $start  starts a hub that takes over from the one that runs, if there is one
     * @param  Closure(string, string): void  $log  level (info, warn, error) and sentence
     * @param  Closure(): bool  $shouldRestart  asked once a second
     * @param  float  $patience  seconds that a hub may take to end
     * @param  float  $begun  seconds after which a hub counts as one that could begin
     * @param  bool  $canTakeOver  false: its events are in the process (memory:), and no other one can have them
     */
    public function __construct(
        private readonly Closure $start,
        private readonly Closure $log,
        private readonly Closure $shouldRestart,
        private readonly float $patience,
        private readonly float $begun = 3.0,
        private readonly bool $canTakeOver = true,
    ) {
    }

    public function stop(): void
    {
        $this->stopping = true;
    }

    /** @return int exit code */
    public function run(): int
    {
        $this->hub = ($this->start)();
        $asked = microtime(true);
        while (! $this->stopping) {
            usleep((int) (self::TICK * 1e6));
            if (($code = $this->look()) !== null) {
                return $code;
            }
            if (microtime(true) - $asked >= 1.0) {
                $asked = microtime(true);
                if (($this->shouldRestart)()) {
                    $this->restart();
                }
            }
        }

        return $this->end();
    }

    /** Starts a second hub, which takes the streams of the first. */
    public function restart(): void
    {
        $hub = $this->hub;
        if ($hub !== null && ! $this->canTakeOver) {
            ($this->log)('warn', 'Restarting: what a hub with memory: holds ends with it; its clients come back.');
            $hub->stop($this->patience);
            $this->hub = ($this->start)();
        } elseif ($hub !== null && $this->next === null) {
            ($this->log)('info', 'Restarting: a new hub takes the streams over.');
            $this->next = ($this->start)();
        }
    }

    /** What has happened to the processes. An exit code when there is nothing left to do. */
    private function look(): ?int
    {
        if ($this->next !== null && ($code = $this->next->exitCode()) !== null) {
            ($this->log)('error', "The new hub ended with code {$code}; the old one goes on.");
            $this->next = null;
        }
        if ($this->hub === null || ($code = $this->hub->exitCode()) === null) {
            return null;
        }
        if ($this->next !== null) {
            ($this->log)('info', 'The new hub has taken over.');
            $this->hub = $this->next;
            $this->next = null;

            return null;
        }

        return $this->died($code, $this->hub->age());
    }

    private function died(int $code, float $age): ?int
    {
        if ($code === 0) {
            ($this->log)('info', 'The hub was ended, or another sse:work has taken its streams over.');

            return 0;
        }
        $this->hasBegun = $this->hasBegun || $age >= $this->begun;
        if ($code === HubCommand::MISCONFIGURED || ! $this->hasBegun) {
            return $code; // it says itself what is wrong
        }
        $this->pause = $age > self::PAUSE_MAX ? 1.0 : min($this->pause * 2, self::PAUSE_MAX);
        ($this->log)('error', "The hub ended with code {$code}; starting it again in {$this->pause} s.");
        for ($until = microtime(true) + $this->pause; ! $this->stopping && microtime(true) < $until;) {
            usleep((int) (self::TICK * 1e6));
        }
        $this->hub = $this->stopping ? null : ($this->start)();

        return null;
    }

    private function end(): int
    {
        $code = 0;
        foreach (array_filter([$this->next, $this->hub]) as $hub) {
            $code = max($code, $hub->stop($this->patience));
        }

        return $code;
    }
}
