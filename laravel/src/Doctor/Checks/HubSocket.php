<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\HubProbe;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\System\FpmPool;
use Sse\Laravel\System\FpmProcesses;
use Sse\Laravel\System\Users;

/** The hub talks to its own user and to root, nobody else. */
final readonly class HubSocket implements Check
{
    public function __construct(private HubProbe $hub, private FpmProcesses $fpm)
    {
    }

    public function title(): string
    {
        return 'Socket';
    }

    public function run(): Result
    {
        $control = $this->hub->control();
        $owner = $control === null ? false : @fileowner($control);
        if ($control === null || $owner === false) {
            return Result::skipped('There is no socket that could be looked at.');
        }
        $name = Users::name($owner);
        $strangers = array_values(array_diff($this->fpm->users(), [$name, 'root']));
        if ($strangers !== []) {
            return Result::failure(
                "The socket belongs to {$name}, and workers of PHP-FPM run as ".implode(', ', $strangers).': they cannot hand streams over.',
                "Run sse:work as {$strangers[0]}: systemd's User=, supervisor's user=.",
            );
        }
        $mode = (int) @fileperms($control) & 0777;
        if (($mode & 0600) !== 0600 || ! is_dir(dirname($control))) {
            return Result::failure(sprintf('The mode of %s is %04o, so that %s cannot connect.', $control, $mode, $name), 'End the hub, remove the file, and run `php artisan sse:work`.');
        }

        return $this->guess($name, $mode);
    }

    /** No worker is running that could be asked. */
    private function guess(string $owner, int $mode): Result
    {
        $current = Users::current();
        $pool = $this->fpm->users() === [] ? (FpmPool::all()[0] ?? null) : null;
        if ($pool !== null && ! in_array($pool->user, [$owner, 'root'], true)) {
            return Result::warning(
                "The socket belongs to {$owner}, and the pool \"{$pool->name}\" of PHP-FPM, which is not running, would run as {$pool->user}.",
                "If pages are made by PHP-FPM, run sse:work as {$pool->user}. With `php artisan serve` run both as the same user.",
            );
        }
        if ($current !== null && ! in_array($current, [$owner, 'root'], true)) {
            return Result::warning("The socket belongs to {$owner}, and this command runs as {$current}.", "Run this command and sse:work as the user that PHP's workers run as.");
        }

        return Result::ok(sprintf('It belongs to %s (mode %04o), whom PHP\'s workers run as, as far as can be seen.', $owner, $mode));
    }
}
