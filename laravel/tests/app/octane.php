<?php

declare(strict_types=1);

/**
 * A server that keeps Octane's contract with an application, as Octane itself cannot be installed everywhere: one long process, one
 * booted application that is cloned for each request, requests after one another, and streams whose transport is an output buffer
 * with chunks of 1 byte, as Octane's client for Swoole has it. HTTP/1.0: the end of a response is the end of the connection.
 *
 *     LARAVEL_OCTANE=1 php octane.php 127.0.0.1:8000
 */

use Illuminate\Container\Container;
use Illuminate\Contracts\Http\Kernel;
use Illuminate\Foundation\Application;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Facade;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpFoundation\StreamedResponse;

$_ENV['APP_RUNNING_IN_CONSOLE'] = 'false';
/** @var Application $app */
$app = require __DIR__.'/bootstrap/app.php';
$app->instance('request', Request::create('/'));
$app->make(Kernel::class)->bootstrap();
foreach (['auth', 'session', 'db', 'events', 'view', 'router', 'url'] as $service) {
    $app->make($service);
}

/** @param  resource  $connection */
function read_request($connection): ?Request
{
    $line = explode(' ', rtrim((string) fgets($connection)));
    if (count($line) < 3) {
        return null;
    }
    $server = ['REQUEST_METHOD' => $line[0], 'REQUEST_URI' => $line[1], 'REMOTE_ADDR' => '127.0.0.1'];
    while (($header = rtrim((string) fgets($connection))) !== '') {
        [$name, $value] = explode(':', $header, 2);
        $name = strtoupper(strtr($name, '-', '_'));
        $server[in_array($name, ['CONTENT_TYPE', 'CONTENT_LENGTH'], true) ? $name : "HTTP_{$name}"] = trim($value);
    }
    $length = (int) ($server['CONTENT_LENGTH'] ?? 0);
    $body = $length > 0 ? (string) stream_get_contents($connection, $length) : '';
    $cookies = [];
    foreach (explode(';', $server['HTTP_COOKIE'] ?? '') as $pair) {
        [$name, $value] = explode('=', trim($pair), 2) + ['', ''];
        $cookies[$name] = urldecode($value);
    }

    return Request::create($line[1], $line[0], [], $cookies, [], $server, $body);
}

/** @param  resource  $connection */
function send_response($connection, Response $response): void
{
    fwrite($connection, "HTTP/1.0 {$response->getStatusCode()} -\r\n{$response->headers}\r\n");
    if (! $response instanceof StreamedResponse) {
        fwrite($connection, (string) $response->getContent());

        return;
    }
    ob_start(function (string $chunk) use ($connection): string {
        if ($chunk !== '') {
            @fwrite($connection, $chunk);
        }

        return '';
    }, 1);
    $response->sendContent();
    ob_end_clean();
}

/** @param  resource  $connection */
function serve(Application $app, $connection): void
{
    $request = read_request($connection);
    if ($request === null) {
        return;
    }
    $sandbox = clone $app;
    $sandbox->instance('app', $sandbox);
    $sandbox->instance(Container::class, $sandbox);
    $sandbox->instance('request', $request);
    // What a server such as Swoole can tell about its client.
    $sandbox->instance('octane.client_is_gone', function () use ($connection): bool {
        $read = [$connection];
        $none = [];

        return stream_select($read, $none, $none, 0) > 0 && (string) fread($connection, 1) === '';
    });
    Container::setInstance($sandbox);
    Facade::clearResolvedInstances();
    Facade::setFacadeApplication($sandbox);
    $sandbox->make('auth')->setApplication($sandbox)->forgetGuards();
    $sandbox->make('session')->setContainer($sandbox)->forgetDrivers();

    $kernel = $sandbox->make(Kernel::class);
    $kernel->setApplication($sandbox);
    $sandbox->make('router')->setContainer($sandbox);
    $response = $kernel->handle($request);
    send_response($connection, $response);
    fclose($connection);
    $kernel->terminate($request, $response);

    $sandbox->flush();
    $app->forgetScopedInstances();
    Container::setInstance($app);
    Facade::clearResolvedInstances();
    Facade::setFacadeApplication($app);
}

pcntl_async_signals(true);
$stop = false;
pcntl_signal(SIGTERM, function () use (&$stop): void {
    $stop = true;
});
$server = stream_socket_server("tcp://{$argv[1]}") ?: exit(1);
echo "serving\n";
while (! $stop) {
    $connection = @stream_socket_accept($server, 0.2);
    if ($connection !== false) {
        serve($app, $connection);
    }
}
$app->make('events')->dispatch('Laravel\Octane\Events\WorkerStopping');
echo 'connections closed, peak memory '.memory_get_peak_usage()."\n";
usleep(300_000); // so that a test can see what is open still
