<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit\Install;

use Dotenv\Dotenv;
use PHPUnit\Framework\Attributes\TestWith;
use PHPUnit\Framework\TestCase;
use RuntimeException;
use Sse\Laravel\Install\EnvFile;

final class EnvFileTest extends TestCase
{
    private string $path;

    protected function setUp(): void
    {
        $this->path = (string) tempnam(sys_get_temp_dir(), 'sse-env');
    }

    protected function tearDown(): void
    {
        @unlink($this->path);
    }

    public function test_a_value_changes_in_its_line_and_nothing_else_does(): void
    {
        $before = "A=1\r\n# BROADCAST_CONNECTION=log\nXBROADCAST_CONNECTION=x\nBROADCAST_CONNECTION=log\n\nB='two'\n";
        file_put_contents($this->path, $before);
        chmod($this->path, 0640);
        $env = new EnvFile($this->path);
        $env->set('BROADCAST_CONNECTION', 'sse');
        $env->save();

        $this->assertSame(str_replace("\nBROADCAST_CONNECTION=log", "\nBROADCAST_CONNECTION=sse", $before), file_get_contents($this->path));
        clearstatcache();
        $this->assertSame(0640, fileperms($this->path) & 0777);
    }

    public function test_new_values_go_to_the_end(): void
    {
        file_put_contents($this->path, 'A=1');
        $env = new EnvFile($this->path);
        $env->set('SSE_SECRET', 'x');
        $env->set('SSE_HUB', '/run/a b');
        $env->save();

        $this->assertSame("A=1\n\nSSE_SECRET=x\nSSE_HUB=\"/run/a b\"\n", file_get_contents($this->path));
    }

    #[TestWith(['A=1', '1'])]
    #[TestWith(['A=', ''])]
    #[TestWith(['A= # nothing', ''])]
    #[TestWith(['A=x # comment', 'x'])]
    #[TestWith(['A=x#y', 'x#y'])]
    #[TestWith(['A="x # y" # z', 'x # y'])]
    #[TestWith(["A='x'", 'x'])]
    #[TestWith(['export A=x', 'x'])]
    #[TestWith(['#A=x', null])]
    #[TestWith(['AA=x', null])]
    public function test_what_stands_there(string $line, ?string $value): void
    {
        file_put_contents($this->path, "B=0\n{$line}\nC=0\n");

        $this->assertSame($value, (new EnvFile($this->path))->get('A'));
    }

    #[TestWith(['plain-1.2:3/4'])]
    #[TestWith(['with space'])]
    #[TestWith(['q"uo\\te'])]
    #[TestWith(['a $b ${c} d'])]
    #[TestWith(['# hash'])]
    public function test_laravel_reads_what_was_written(string $value): void
    {
        $env = new EnvFile($this->path);
        $env->set('A', $value);
        $env->save();

        $this->assertSame(['A' => $value], Dotenv::parse((string) file_get_contents($this->path)));
        $this->assertSame($value, (new EnvFile($this->path))->get('A'));
    }

    public function test_a_file_that_cannot_be_written_is_named(): void
    {
        $env = new EnvFile('/nowhere/.env');
        $env->set('A', '1');

        $this->assertFalse($env->exists());
        $this->expectException(RuntimeException::class);
        $this->expectExceptionMessage('/nowhere/.env cannot be written');
        $env->save();
    }
}
