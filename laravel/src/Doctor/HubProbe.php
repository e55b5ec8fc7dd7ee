<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Status\Figures;
use SseException;

/** The hub at sse.hub. */
class HubProbe
{
    private ?Figures $figures = null;

    private ?string $problem = null;

    public function __construct(private readonly Repository $config)
    {
    }

    /** null: none is wanted. */
    public function control(): ?string
    {
        $control = $this->config->get('sse.hub');

        return is_string($control) && $control !== '' ? $control : null;
    }

    /** null: it does not answer, and problem() says why. */
    public function figures(): ?Figures
    {
        if ($this->figures === null && $this->problem === null) {
            $control = $this->control();
            if ($control === null || ! extension_loaded('sse')) {
                $this->problem = $control === null ? 'sse.hub is not set' : 'the extension sse is not loaded';

                return null;
            }
            try {
                $this->figures = Figures::read($control);
            } catch (SseException $e) {
                $this->problem = rtrim($e->getMessage(), '.');
            }
        }

        return $this->figures;
    }

    public function problem(): ?string
    {
        return $this->figures() === null ? $this->problem : null;
    }

    /** A file of the hub's directory in /proc; null: there is none, or it is another's. */
    public function procFile(string $name): ?string
    {
        $pid = $this->figures()?->number('pid') ?? 0;
        // Its number may be of another container.
        $isPhp = $pid > 0 && str_starts_with((string) @file_get_contents("/proc/{$pid}/comm"), 'php');
        $text = $isPhp ? @file_get_contents("/proc/{$pid}/{$name}") : false;

        return $text === false ? null : $text;
    }
}
