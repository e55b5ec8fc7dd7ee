<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit;

use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;

final class HubProcessTest extends TestCase
{
    #[Test]
    public function a_log_file_keeps_what_was_written_before_a_hub_was_started(): void
    {
        $log = (string) tempnam(sys_get_temp_dir(), 'sse-log');
        $autoload = var_export(dirname(__DIR__, 2).'/vendor/autoload.php', true);
        $script = <<<PHP
            require {$autoload};
            foreach ([1, 2] as \$number) {
                file_put_contents('php://stdout', "before {\$number}\n");
                \$hub = new Sse\Laravel\Hub\HubProcess([PHP_BINARY, '-n', '-r', "echo 'out {\$number}', PHP_EOL; fwrite(STDERR, 'err {\$number}' . PHP_EOL);"]);
                while (\$hub->exitCode() === null) {
                    usleep(1000);
                }
            }
            PHP;
        // As a shell's "> log 2>&1".
        $process = proc_open([PHP_BINARY, '-r', $script], [['file', '/dev/null', 'r'], ['file', $log, 'w'], ['redirect', 1]], $pipes);
        $this->assertIsResource($process);
        proc_close($process);

        $this->assertSame("before 1\nout 1\nerr 1\nbefore 2\nout 2\nerr 2\n", file_get_contents($log));
        unlink($log);
    }

    /** What phpdotenv has set must not hide from a later hub what .env says by then. */
    #[Test]
    public function a_hub_has_the_environment_that_this_process_was_started_with(): void
    {
        $autoload = var_export(dirname(__DIR__, 2).'/vendor/autoload.php', true);
        $script = <<<PHP
            require {$autoload};
            putenv('SSE_LATER=1');
            \$hub = new Sse\Laravel\Hub\HubProcess([PHP_BINARY, '-n', '-r', 'var_dump(getenv("SSE_GIVEN"), getenv("SSE_LATER"));']);
            while (\$hub->exitCode() === null) {
                usleep(1000);
            }
            PHP;
        $process = proc_open([PHP_BINARY, '-r', $script], [['file', '/dev/null', 'r'], ['pipe', 'w']], $pipes, null, ['SSE_GIVEN' => 'yes'] + getenv());
        $this->assertIsResource($process);

        $this->assertSame("string(3) \"yes\"\nbool(false)\n", stream_get_contents($pipes[1]));
        proc_close($process);
    }
}
