<?php

declare(strict_types=1);

namespace Sse\Laravel\Console;

use Illuminate\Console\Command;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Hub\HubOptions;
use SseException;
use SseHub;
use TypeError;
use ValueError;

/** The hub itself, in a process of its own: sse:work starts it, and one more for each restart. */
final class HubCommand extends Command
{
    /** The exit code that says: starting it again will not help. */
    public const MISCONFIGURED = 78;

    protected $signature = 'sse:hub {--takeover : Take the streams of the hub that is running there}';

    protected $description = 'Run the hub without supervision';

    protected $hidden = true;

    public function handle(HubOptions $options): int
    {
        try {
            $hub = new SseHub(['takeover' => (bool) $this->option('takeover')] + $options->all());
        } catch (ValueError|TypeError|InvalidConfiguration $e) {
            $this->components->error("config/sse.php: {$e->getMessage()}");

            return self::MISCONFIGURED;
        }
        if (function_exists('posix_setpgid')) {
            posix_setpgid(0, 0); // Ctrl-C is for sse:work, which tells the hub
        }
        try {
            $hub->run();
        } catch (SseException $e) {
            $this->components->error($e->getMessage());

            return self::FAILURE;
        }

        return self::SUCCESS;
    }
}
