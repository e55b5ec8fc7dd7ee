<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit\Install;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;
use Sse\Laravel\Install\ChannelRoutes;
use Sse\Laravel\Install\ExampleRoute;
use Sse\Laravel\Install\PhpFile;

final class PhpFilesTest extends TestCase
{
    private string $path;

    protected function setUp(): void
    {
        $this->path = (string) tempnam(sys_get_temp_dir(), 'sse-php');
    }

    protected function tearDown(): void
    {
        unlink($this->path);
    }

    #[DataProvider('wirable')]
    public function test_channels_are_wired_once(string $before, string $after): void
    {
        $file = $this->file($before);

        $this->assertFalse(ChannelRoutes::areWired($file));
        $this->assertTrue(ChannelRoutes::wire($file));
        $this->assertSame("<?php\nreturn \$app{$after}->create();\n", file_get_contents($this->path));
        $this->assertTrue(ChannelRoutes::areWired($this->file($after)));
    }

    /** @return array<string, array{string, string}> */
    public static function wirable(): array
    {
        $line = "channels: __DIR__.'/../routes/channels.php',";

        return [
            'Laravel 12' => [
                "\n    ->withRouting(\n        web: __DIR__.'/../routes/web.php',\n        health: '/up',\n    )",
                "\n    ->withRouting(\n        {$line}\n        web: __DIR__.'/../routes/web.php',\n        health: '/up',\n    )",
            ],
            'the comment of Laravel 11' => [
                "->withRouting(\n        web: 'web.php',\n        // {$line}\n    )",
                "->withRouting(\n        web: 'web.php',\n        {$line}\n    )",
            ],
            'one line' => ["->withRouting(web: 'web.php')", "->withRouting({$line} web: 'web.php')"],
            'nothing' => ['->withRouting()', "->withRouting(channels: __DIR__.'/../routes/channels.php')"],
            'a comment that talks of it' => [
                "->withRouting(\n\tweb: 'web.php', // no channels: there are none\n)",
                "->withRouting(\n\t{$line}\n\tweb: 'web.php', // no channels: there are none\n)",
            ],
        ];
    }

    #[DataProvider('strange')]
    public function test_a_file_of_another_form_stays_as_it_is(string $code): void
    {
        $this->assertFalse(ChannelRoutes::wire($this->file($code)));
        $this->assertStringContainsString($code, (string) file_get_contents($this->path));
    }

    /** @return list<array{string}> */
    public static function strange(): array
    {
        return [
            ['->withRouting(fn () => 1)'],
            ["->withRouting(\n    fn () => 1,\n)"],
            ['->withRouting(Routes::all())'],
            ['->singleton(Kernel::class)'],
        ];
    }

    public function test_channels_that_are_wired_are_recognised(): void
    {
        foreach (["->withRouting(web: 'x', channels: 'y')", "->withBroadcasting(__DIR__.'/../routes/channels.php')"] as $code) {
            $this->assertTrue(ChannelRoutes::areWired($this->file($code)));
        }
    }

    public function test_the_example_route_is_added_and_recognised(): void
    {
        file_put_contents($this->path, "<?php\n\nuse Illuminate\\Support\\Facades\\Route;\n\nRoute::get('/', fn () => view('welcome'));\n");
        $file = PhpFile::read($this->path);
        $this->assertNotNull($file);
        $this->assertFalse(ExampleRoute::isThere($file));
        $this->assertTrue(ExampleRoute::add($file));

        $text = (string) file_get_contents($this->path);
        $this->assertStringContainsString("Facades\\Route;\nuse Sse\\Laravel\\Facades\\Sse;\n\nRoute::get('/', ", $text);
        $this->assertStringEndsWith("Route::get('/sse', fn () => Sse::stream('news'))->name('sse');\n", $text);
    }

    public function test_without_the_facade_the_route_brings_its_names(): void
    {
        file_put_contents($this->path, "<?php\n");
        $file = PhpFile::read($this->path);
        $this->assertNotNull($file);
        $this->assertTrue(ExampleRoute::add($file));

        $this->assertStringContainsString(
            "\\Illuminate\\Support\\Facades\\Route::get('/sse', fn () => \\Sse\\Laravel\\Facades\\Sse::stream('news'))",
            (string) file_get_contents($this->path),
        );
    }

    public function test_a_file_that_does_not_end_in_php_is_left(): void
    {
        file_put_contents($this->path, "<?php\n?>\n");
        $file = PhpFile::read($this->path);
        $this->assertNotNull($file);

        $this->assertFalse(ExampleRoute::add($file));
        $this->assertSame("<?php\n?>\n", file_get_contents($this->path));
        $this->assertNull(PhpFile::read('/nowhere'));
    }

    private function file(string $code): PhpFile
    {
        file_put_contents($this->path, "<?php\nreturn \$app{$code}->create();\n");

        return PhpFile::read($this->path) ?? $this->fail('not there');
    }
}
