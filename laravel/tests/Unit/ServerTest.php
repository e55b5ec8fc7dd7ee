<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Sse\Laravel\Streaming\Server;

final class ServerTest extends TestCase
{
    /** @param  array<string, mixed>  $environment */
    #[Test]
    #[DataProvider('servers')]
    public function the_server_is_known_by_its_environment(Server $server, array $environment, string $sapi, bool $hasSwoole): void
    {
        $this->assertSame($server, Server::detect($environment, $sapi, $hasSwoole));
    }

    /** @return iterable<string, array{Server, array<string, mixed>, string, bool}> */
    public static function servers(): iterable
    {
        yield 'FPM' => [Server::Classic, [], 'fpm-fcgi', false];
        yield 'FPM on a machine with Swoole' => [Server::Classic, [], 'fpm-fcgi', true];
        yield 'artisan serve' => [Server::Classic, [], 'cli-server', false];
        yield 'Swoole' => [Server::Swoole, ['LARAVEL_OCTANE' => '1'], 'cli', true];
        yield 'RoadRunner' => [Server::RoadRunner, ['LARAVEL_OCTANE' => 1, 'RR_MODE' => 'http'], 'cli', false];
        yield 'RoadRunner on a machine with Swoole' => [Server::RoadRunner, ['LARAVEL_OCTANE' => 1, 'RR_MODE' => 'http'], 'cli', true];
        yield 'FrankenPHP' => [Server::FrankenPhp, ['LARAVEL_OCTANE' => 1], 'frankenphp', false];
        yield 'FrankenPHP without Octane' => [Server::FrankenPhp, [], 'frankenphp', false];
        yield 'something else' => [Server::OtherWorker, ['LARAVEL_OCTANE' => 1], 'cli', false];
    }
}
