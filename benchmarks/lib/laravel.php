<?php

/** What the Laravel package costs: opening a stream beside an empty response, and publishing beside phpredis. */

/** An application (laravel/tests/app) behind nginx and PHP-FPM with one worker, its Redis and its hub. */
final class LaravelApp
{
    public readonly string $url;

    private readonly string $directory;

    private readonly array $environment;

    /** @var list<string> PHP with the extension */
    private readonly array $php;

    public function __construct()
    {
        sh('tools/composer-install laravel');
        $root = getcwd();
        $this->directory = sys_get_temp_dir().'/sse-bench-laravel-'.getmypid();
        [$redis, $listen] = [freePort(), freePort()];
        $this->environment = ['APP_DIR' => $this->directory, 'REDIS_PORT' => "$redis", 'HUB' => "$this->directory/hub.sock",
            'LISTEN' => "127.0.0.1:$listen"];
        $this->php = ['php', ...(extension_loaded('redis') ? [] : phpredisOptions()), '-d', "extension=$root/build/release/modules/sse.so"];
        $this->start('redis', ['redis-server', '--port', "$redis", '--bind', '127.0.0.1', '--save', '']);
        awaitPort($redis);
        $this->php('laravel/tests/app/artisan', 'app:install');
        $this->start('hub', [...$this->php, "$root/laravel/tests/app/artisan", 'sse:work']);
        awaitPort($listen);
        $settings = [];
        foreach ($this->environment as $name => $value) {
            array_push($settings, '--env', "$name=$value");
        }
        $stack = "$this->directory/stack";
        $this->start('stack', ["$root/tools/stack", '--dir', $stack, '--root', "$root/laravel/tests/app/public", '--workers', '1',
            '--redis', 'none', ...$settings]);
        for ($end = microtime(true) + 20; ! is_file("$stack/env"); usleep(20_000)) {
            if (microtime(true) > $end) {
                throw new RuntimeException("the application did not start; see $this->directory");
            }
        }
        $this->url = '127.0.0.1:'.parse_ini_file("$stack/env")['HTTP_PORT'];
    }

    /** Runs a script with the application's environment and returns its output. */
    public function php(string ...$arguments): string
    {
        $process = proc_open([...$this->php, ...$arguments], [['file', '/dev/null', 'r'], ['pipe', 'w'], STDERR], $pipes, null,
            $this->environment + getenv());
        $output = stream_get_contents($pipes[1]);
        if (proc_close($process) !== 0) {
            throw new RuntimeException(implode(' ', $arguments)." failed: $output");
        }

        return $output;
    }

    public function stop(): void
    {
        Process::stopAll();
        removeTree($this->directory);
    }

    private function start(string $name, array $command): void
    {
        new Process($command, "$this->directory/$name", $this->environment);
    }
}

/** Until the response's head is there, µs. */
function openingTime(string $url, string $path): float
{
    $socket = stream_socket_client("tcp://$url");
    $began = hrtime(true);
    fwrite($socket, "GET $path HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    $line = fgets($socket);
    $time = (hrtime(true) - $began) / 1000;
    fclose($socket);
    if (! str_contains((string) $line, ' 200 ')) {
        throw new RuntimeException("$path was answered with ".trim((string) $line));
    }

    return $time;
}

/** @return array<string, float> medians in µs */
function openingTimes(LaravelApp $app, int $requests): array
{
    $paths = ['/empty', '/plain', '/stream/news'];
    $times = array_fill_keys($paths, []);
    for ($i = 0; $i < $requests + 20; $i++) {
        foreach ($paths as $path) {
            $time = openingTime($app->url, $path);
            if ($i >= 20) { // the first fill caches
                $times[$path][] = $time;
            }
        }
    }

    return array_map(median(...), $times);
}

function laravelBenchmark(bool $quick): void
{
    $app = new LaravelApp;
    try {
        $opening = openingTimes($app, $quick ? 60 : 300);
        $publishing = json_decode($app->php('benchmarks/subjects/publish_laravel.php', $quick ? '3' : '9'), true, 512, JSON_THROW_ON_ERROR);
    } finally {
        $app->stop();
    }
    $more = fn (string $path) => $opening[$path] - $opening['/empty'];
    printf("| Opening a stream, one FPM worker behind nginx, median | µs | more than the empty response | bound | |\n|---|---:|---:|---|---|\n");
    printf("| `response('')` | %s | | | |\n", number_format($opening['/empty']));
    printf("| `response()->stream(fn () => (new SseStream)…->run())` | %s | %s | | |\n", number_format($opening['/plain']), number_format($more('/plain')));
    printf("| `Sse::stream('news')` | %s | %s | ≤ 1,000 | %s |\n\n", number_format($opening['/stream/news']), number_format($more('/stream/news')),
        verdict($more('/stream/news') <= 1000));
    printf("| Publishing 100 bytes, median of rounds in turns | µs | × `Redis::publish` | bound | |\n|---|---:|---:|---|---|\n");
    foreach ($publishing as [$what, $time, $ratio, $bound]) {
        printf("| %s | %.1f | %.2f × | %s | %s |\n", $what, $time, $ratio, $bound === null ? '' : "≤ $bound ×",
            $bound === null ? '' : verdict($ratio <= $bound));
    }
}
