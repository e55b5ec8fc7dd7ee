<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Feature;

use Dotenv\Dotenv;
use Illuminate\Support\Facades\Artisan;
use PHPUnit\Framework\Attributes\TestWith;
use Sse\Laravel\Tests\TestCase;
use Symfony\Component\Console\Tester\CommandTester;
use Symfony\Component\Process\Process;

final class InstallCommandTest extends TestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        $this->write('.env', "APP_NAME=Shop\nBROADCAST_CONNECTION=log\n");
        $this->write('.env.example', "APP_NAME=Laravel\nBROADCAST_CONNECTION=log\n");
        $this->write('routes/web.php', "<?php\n\nuse Illuminate\\Support\\Facades\\Route;\n");
        $this->write('bootstrap/app.php', "<?php\n\nreturn app()\n    ->withRouting(\n        web: __DIR__.'/../routes/web.php',\n    )\n    ->create();\n");
    }

    public function test_it_sets_everything_up(): void
    {
        $this->assertSame(0, Artisan::call('sse:install', ['--no-interaction' => true, '--route' => true, '--proxy' => 'nginx']));
        $output = Artisan::output();

        $env = $this->env('.env');
        $this->assertSame(['Shop', 'sse'], [$env['APP_NAME'], $env['BROADCAST_CONNECTION']]);
        $this->assertMatchesRegularExpression('/\A[0-9a-f]{64}\z/', (string) $env['SSE_SECRET']);
        $this->assertSame(['APP_NAME' => 'Laravel', 'BROADCAST_CONNECTION' => 'log', 'SSE_SECRET' => ''], $this->env('.env.example'));
        $this->assertFileEquals(__DIR__.'/../../config/sse.php', "{$this->basePath}/config/sse.php");
        $this->assertStringContainsString('App.Models.User.{id}', $this->read('routes/channels.php'));
        $this->assertStringContainsString("channels: __DIR__.'/../routes/channels.php',", $this->read('bootstrap/app.php'));
        $this->assertStringContainsString("Route::get('/sse'", $this->read('routes/web.php'));
        foreach (['fastcgi_keep_conn off', 'location = /sse-hub', '--systemd', '--supervisor', 'sse:work', 'sse:doctor'] as $expected) {
            $this->assertStringContainsString($expected, $output);
        }
        $this->assertStringNotContainsString($env['SSE_SECRET'] ?? '', $output);
    }

    public function test_again_it_changes_nothing(): void
    {
        $everything = fn (): array => array_map($this->read(...), ['.env', '.env.example', 'routes/web.php', 'routes/channels.php',
            'bootstrap/app.php', 'config/sse.php']);
        Artisan::call('sse:install', ['--no-interaction' => true, '--route' => true]);
        $after = $everything();

        $this->assertSame(0, Artisan::call('sse:install', ['--no-interaction' => true, '--route' => true]));
        $this->assertSame($after, $everything());
        $this->assertSame(6, substr_count(Artisan::output(), 'left as it is'));
    }

    public function test_it_asks(): void
    {
        $this->write('.env', "BROADCAST_CONNECTION=reverb\nSSE_HUB=/run/old.sock\n");
        $tester = new CommandTester(Artisan::all()['sse:install']);
        $tester->setInputs(['no', 'yes', 'no']);
        $this->assertSame(0, $tester->execute(['--hub' => '/run/sse/hub.sock']));
        foreach (['BROADCAST_CONNECTION is "reverb"', 'SSE_HUB is "/run/old.sock"', 'Shall routes/web.php get an example'] as $question) {
            $this->assertStringContainsString($question, $tester->getDisplay());
        }

        $env = $this->env('.env');
        $this->assertSame(['reverb', '/run/sse/hub.sock'], [$env['BROADCAST_CONNECTION'], $env['SSE_HUB']]);
        $this->assertStringNotContainsString('Sse', $this->read('routes/web.php'));
    }

    public function test_without_anybody_to_ask_it_takes_over_neither_a_driver_nor_the_routes(): void
    {
        $this->write('.env', "BROADCAST_CONNECTION=reverb\nSSE_SECRET=mine\n");
        Artisan::call('sse:install', ['--no-interaction' => true]);

        $this->assertSame(['BROADCAST_CONNECTION' => 'reverb', 'SSE_SECRET' => 'mine'], $this->env('.env'));
        $this->assertStringNotContainsString('Sse', $this->read('routes/web.php'));
    }

    public function test_what_it_cannot_change_it_names(): void
    {
        unlink("{$this->basePath}/.env");
        $this->write('bootstrap/app.php', "<?php\n\nreturn new App;\n");

        $this->assertSame(0, Artisan::call('sse:install', ['--no-interaction' => true]));
        $output = (string) preg_replace('/\s+/', ' ', Artisan::output());
        $this->assertStringContainsString("channels: __DIR__.'/../routes/channels.php',", $output);
        $this->assertStringContainsString('Copy .env.example', $output);
        $this->assertFileDoesNotExist("{$this->basePath}/.env");
        $this->assertSame("<?php\n\nreturn new App;\n", $this->read('bootstrap/app.php'));
    }

    /** @param  array<string, string>  $options */
    #[TestWith([['--proxy' => 'iis']])]
    #[TestWith([['--hub' => 'relative.sock']])]
    public function test_an_option_that_makes_no_sense_changes_nothing(array $options): void
    {
        $this->assertSame(2, Artisan::call('sse:install', $options));
        $this->assertFileDoesNotExist("{$this->basePath}/config/sse.php");
    }

    public function test_a_unit_alone_can_go_into_a_file(): void
    {
        config(['sse.hub' => '/run/sse/hub.sock', 'sse.work.drain' => 7.5, 'sse.work.max_clients' => 100_000, 'app.name' => '100% Shop']);
        Artisan::call('sse:install', ['--systemd' => true]);
        $unit = Artisan::output();
        $this->write('sse.service', $unit);

        foreach (['Description=Server-Sent Events of 100%% Shop', 'RuntimeDirectory=sse', "WorkingDirectory={$this->basePath}", 'KillMode=mixed',
            'ExecStart='.PHP_BINARY." {$this->basePath}/artisan sse:work", 'ExecReload=/bin/kill -HUP $MAINPID', 'TimeoutStopSec=18',
            'LimitNOFILE=101024', 'RestartPreventExitStatus=78'] as $line) {
            $this->assertMatchesRegularExpression('/^'.preg_quote($line, '/').'$/m', $unit);
        }
        $this->assertFileDoesNotExist("{$this->basePath}/config/sse.php");

        Artisan::call('sse:install', ['--supervisor' => true]);
        $program = Artisan::output();
        $this->assertStringContainsString('command='.PHP_BINARY." {$this->basePath}/artisan sse:work\n", $program);
        $this->assertStringContainsString("stopwaitsecs=18\n", $program);
        foreach ([$unit, $program] as $text) {
            $this->assertStringNotContainsString('{{', $text);
        }
    }

    public function test_each_proxy_gets_the_addresses_of_this_application(): void
    {
        config(['sse.work.listen' => '127.0.0.1:9911', 'sse.work.path' => '/stream', 'sse.stream.heartbeat' => 40, 'app.url' => 'https://shop.test']);
        foreach (['nginx' => 'proxy_pass http://127.0.0.1:9911/stream;', 'apache' => '"http://127.0.0.1:9911/stream"',
            'caddy' => 'reverse_proxy 127.0.0.1:9911 {'] as $proxy => $line) {
            Artisan::call('sse:install', ['--proxy' => $proxy, '--no-interaction' => true]);
            $output = Artisan::output();
            $this->assertStringContainsString($line, $output);
            $this->assertStringContainsString('120', $output, 'three heartbeats');
            $this->assertStringNotContainsString('{{', $output);
        }

        config(['sse.work.listen' => 'unix:/run/http.sock']);
        foreach (['nginx' => 'proxy_pass http://unix:/run/http.sock:/stream;', 'apache' => '"unix:/run/http.sock|http://localhost/stream"',
            'caddy' => 'reverse_proxy unix//run/http.sock {'] as $proxy => $line) {
            Artisan::call('sse:install', ['--proxy' => $proxy, '--no-interaction' => true]);
            $this->assertStringContainsString($line, Artisan::output());
        }
    }

    public function test_nginx_takes_the_snippet(): void
    {
        if (! is_executable('/usr/sbin/nginx')) {
            $this->markTestSkipped('nginx is not installed');
        }
        Artisan::call('sse:install', ['--proxy' => 'nginx', '--no-interaction' => true]);
        preg_match('/^ {4}location ~.*?^ {4}# A browser/ms', Artisan::output(), $snippet);
        $this->write('nginx.conf', "pid {$this->basePath}/pid; error_log stderr; events {}\nhttp { access_log off; server { listen 127.0.0.1:1;\n{$snippet[0]}\n} }");
        $process = new Process(['/usr/sbin/nginx', '-t', '-c', "{$this->basePath}/nginx.conf"]);
        $process->run();

        $this->assertStringContainsString('syntax is ok', $process->getErrorOutput());
    }

    private function write(string $file, string $text): void
    {
        file_put_contents("{$this->basePath}/{$file}", $text);
    }

    private function read(string $file): string
    {
        return (string) file_get_contents("{$this->basePath}/{$file}");
    }

    /** @return array<string, string|null> */
    private function env(string $file): array
    {
        return Dotenv::parse($this->read($file));
    }
}
