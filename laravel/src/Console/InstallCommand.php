<?php

declare(strict_types=1);

namespace Sse\Laravel\Console;

use Illuminate\Console\Command;
use Illuminate\Foundation\Application;
use RuntimeException;
use Sse\Laravel\Install\ChannelRoutes;
use Sse\Laravel\Install\Deployment;
use Sse\Laravel\Install\EnvFile;
use Sse\Laravel\Install\ExampleRoute;
use Sse\Laravel\Install\PhpFile;
use Sse\Laravel\Install\Proxy;
use Sse\Laravel\Install\Stub;
use Symfony\Component\Console\Output\OutputInterface;

/** Puts the package into an application. Run again, it finds what is there and leaves it. */
final class InstallCommand extends Command
{
    protected $signature = 'sse:install
        {--hub= : Where the hub\'s socket shall be (SSE_HUB), if not in storage/framework}
        {--route : Add the example route /sse without asking}
        {--proxy= : nginx, apache, caddy or none, instead of what is found here}
        {--supervisor : Print a program section for supervisor, and do nothing}
        {--systemd : Print a unit for systemd, and do nothing}';

    protected $description = 'Set up streams: configuration, secret, broadcasting, and what the web server needs';

    /** Whether there is something that only a person can do. */
    private bool $isComplete = true;

    public function handle(Deployment $deployment): int
    {
        if ($this->option('supervisor') || $this->option('systemd')) {
            $this->output->write(
                $this->option('supervisor') ? $deployment->supervisor() : $deployment->systemd(),
                false,
                OutputInterface::OUTPUT_RAW,
            );

            return self::SUCCESS;
        }
        $given = $this->option('proxy');
        $proxy = is_string($given) ? Proxy::tryFrom($given) : Proxy::detect();
        $hub = $this->option('hub');
        if ($proxy === null || (is_string($hub) && (! str_starts_with($hub, '/') || strlen($hub) > 107))) {
            $this->components->error($proxy === null
                ? '--proxy knows nginx, apache, caddy and none.'
                : '--hub must be an absolute path, and not longer than the 107 bytes that a socket may have.');

            return self::INVALID;
        }

        try {
            $this->publishConfig();
            $this->writeEnvironment(is_string($hub) ? $hub : null);
            $this->makeChannels();
            $this->addRoute();
        } catch (RuntimeException $e) {
            $this->components->error($e->getMessage());

            return self::FAILURE;
        }
        $this->show($deployment, $proxy);

        return self::SUCCESS;
    }

    private function publishConfig(): void
    {
        if (is_file($this->laravel->configPath('sse.php'))) {
            $this->found('config/sse.php');

            return;
        }
        $this->callSilently('vendor:publish', ['--tag' => 'sse-config']);
        $this->made('config/sse.php', 'published');
    }

    private function writeEnvironment(?string $hub): void
    {
        $env = new EnvFile($this->laravel instanceof Application
            ? $this->laravel->environmentFilePath()
            : $this->laravel->basePath('.env'));
        if (! $env->exists()) {
            $this->isComplete = false;
            $this->components->warn("There is no {$env->path}. Copy .env.example and run this command again; or set SSE_SECRET (32 bytes or more) "
                .'and BROADCAST_CONNECTION=sse in the environment.');

            return;
        }
        $changes = array_filter([
            'SSE_SECRET' => ($env->get('SSE_SECRET') ?? '') === '' ? bin2hex(random_bytes(32)) : null,
            'BROADCAST_CONNECTION' => $this->shouldBroadcast($env->get('BROADCAST_CONNECTION')) ? 'sse' : null,
            'SSE_HUB' => $hub !== null && $this->mayOverwrite($env->get('SSE_HUB'), $hub) ? $hub : null,
        ], is_string(...));
        foreach (['SSE_SECRET', 'BROADCAST_CONNECTION', ...($hub === null ? [] : ['SSE_HUB'])] as $name) {
            if (isset($changes[$name])) {
                $env->set($name, $changes[$name]);
                $this->made('.env', $name === 'SSE_SECRET' ? 'SSE_SECRET: a random one' : "{$name}={$changes[$name]}");
            } else {
                $this->found('.env: '.$name);
            }
        }
        if ($changes !== []) {
            $env->save();
        }
        $this->nameInExample($hub !== null);
        if ($changes !== [] && is_file($this->laravel->bootstrapPath('cache/config.php'))) {
            $this->components->warn('The configuration is cached: run `php artisan config:cache` again.');
        }
    }

    private function nameInExample(bool $withHub): void
    {
        $example = new EnvFile($this->laravel->basePath('.env.example'));
        $missing = array_filter(
            ['BROADCAST_CONNECTION' => 'sse', 'SSE_SECRET' => ''] + ($withHub ? ['SSE_HUB' => ''] : []),
            fn (string $name): bool => $example->get($name) === null,
            ARRAY_FILTER_USE_KEY,
        );
        if ($example->exists() && $missing !== []) {
            foreach ($missing as $name => $value) {
                $example->set($name, $value);
            }
            $example->save();
            $this->made('.env.example', implode(', ', array_keys($missing)));
        }
    }

    private function shouldBroadcast(?string $current): bool
    {
        return match ($current) {
            'sse' => false,
            // Laravel's own defaults broadcast to nobody.
            null, '', 'log', 'null' => $this->components->confirm('Shall Laravel broadcast over SSE (BROADCAST_CONNECTION=sse)?', true),
            default => $this->components->confirm("BROADCAST_CONNECTION is \"{$current}\". Shall Laravel broadcast over SSE instead?", false),
        };
    }

    private function mayOverwrite(?string $current, string $new): bool
    {
        return match ($current) {
            $new => false,
            null, '' => true,
            default => $this->components->confirm("SSE_HUB is \"{$current}\". Shall it be \"{$new}\"?", false),
        };
    }

    private function makeChannels(): void
    {
        $path = $this->laravel->basePath('routes/channels.php');
        if (is_file($path)) {
            $this->found('routes/channels.php');
        } else {
            if (@file_put_contents($path, Stub::fill('channels')) === false) {
                throw new RuntimeException("{$path} cannot be written: run this command as its owner.");
            }
            $this->made('routes/channels.php', 'with the channel of a user');
        }

        $bootstrap = PhpFile::read($this->laravel->bootstrapPath('app.php'));
        if ($bootstrap !== null && ChannelRoutes::areWired($bootstrap)) {
            $this->found('bootstrap/app.php: channels');
        } elseif ($bootstrap !== null && ChannelRoutes::wire($bootstrap)) {
            $this->made('bootstrap/app.php', 'loads routes/channels.php');
        } else {
            $this->isComplete = false;
            $this->components->warn('Nothing loads routes/channels.php yet. Add this line to the arguments of withRouting() in bootstrap/app.php: '
                .ChannelRoutes::ARGUMENT.' (an application without withRouting(): put `require base_path(\'routes/channels.php\');` into the '
                .'boot() of a service provider).');
        }
    }

    private function addRoute(): void
    {
        $routes = PhpFile::read($this->laravel->basePath('routes/web.php'));
        if ($routes !== null && ExampleRoute::isThere($routes)) {
            $this->found('routes/web.php: a stream');

            return;
        }
        // Not into an application that nobody looks at.
        $isWanted = $this->option('route')
            || ($this->input->isInteractive() && $this->components->confirm('Shall routes/web.php get an example, the stream /sse of the topic "news"?', true));
        if (! $isWanted) {
            return;
        }
        if ($routes !== null && ExampleRoute::add($routes)) {
            $this->made('routes/web.php', 'GET /sse, the topic "news"');
        } else {
            $this->isComplete = false;
            $this->components->warn('routes/web.php could not be changed; add this to it:'.Stub::fill('route'));
        }
    }

    private function show(Deployment $deployment, Proxy $proxy): void
    {
        $this->section($proxy === Proxy::None
            ? 'No nginx, Apache or Caddy was found here: `php artisan serve` needs nothing. --proxy=nginx|apache|caddy shows what they need.'
            : "{$proxy->label()} needs this (for another one: --proxy=nginx|apache|caddy):", $deployment->proxy($proxy));
        $this->components->info('On a server the hub is kept running by systemd or supervisor: `php artisan sse:install --systemd` and '
            .'`--supervisor` print what they need.');
        $this->components->info($this->isComplete ? 'All is set up. The next two commands:' : 'After what the warnings above say, the next two commands:');
        $this->components->bulletList(['php artisan sse:work', 'php artisan sse:doctor']);
    }

    private function section(string $title, string $text): void
    {
        $this->components->info($title);
        foreach (explode("\n", rtrim($text)) as $line) {
            $this->output->writeln($text === '' ? '' : "    {$line}", OutputInterface::OUTPUT_RAW);
        }
    }

    private function made(string $what, string $how): void
    {
        $this->components->twoColumnDetail($what, "<fg=green>{$how}</>");
    }

    private function found(string $what): void
    {
        $this->components->twoColumnDetail($what, '<fg=gray>left as it is</>');
    }
}
