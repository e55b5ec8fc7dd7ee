<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Feature;

use Illuminate\Support\Facades\Route;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\Exceptions\StreamNotPossible;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Streaming\PendingStream;
use Sse\Laravel\Streaming\Server;
use Sse\Laravel\Tests\Support\User;
use Sse\Laravel\Tests\TestCase;

/** Decisions below servers that are not here: what the response is, for each of them. */
final class OctaneTest extends TestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        config(['sse.hub' => null]);
    }

    /** @return iterable<string, array{Server}> */
    public static function workers(): iterable
    {
        yield 'Swoole' => [Server::Swoole];
        yield 'RoadRunner' => [Server::RoadRunner];
        yield 'FrankenPHP' => [Server::FrankenPhp];
    }

    #[Test]
    #[DataProvider('workers')]
    public function a_stream_is_redirected_by_nginx_where_a_path_is_configured(Server $server): void
    {
        $redis = $this->useRedis();
        $this->below($server, '/sse-hub');
        $this->route(fn () => Sse::stream('orders')->initial(fn () => [['id' => 1]], 'order'));

        $response = $this->actingAs(User::named(7))->get('/stream')->assertOk();
        $place = (string) $response->headers->get('X-Accel-Redirect');
        $this->assertMatchesRegularExpression('#^/sse-hub\?ticket=[A-Za-z0-9_-]{43}$#', $place);
        $this->assertSame('', $response->getContent());
        $this->assertStringContainsString('no-store', (string) $response->headers->get('Cache-Control'));

        $ticket = (string) $redis->client()->get('app:sse-ticket:'.explode('=', $place)[1]);
        $this->assertStringContainsString('orders', $ticket);
        $this->assertStringContainsString("event: order\ndata: {\"id\":1}\n\n", $ticket);
    }

    #[Test]
    public function a_stream_is_redirected_with_307_where_an_address_is_configured(): void
    {
        $this->useRedis();
        $this->below(Server::Swoole, 'https://hub.example.com/sse');
        $this->route(fn () => Sse::stream('orders'));

        $response = $this->get('/stream')->assertStatus(307);
        $this->assertStringStartsWith('https://hub.example.com/sse?ticket=', (string) $response->headers->get('Location'));
        $this->assertSame('no-referrer', $response->headers->get('Referrer-Policy'));
    }

    #[Test]
    public function initial_rows_are_left_out_for_a_client_that_resumes(): void
    {
        $redis = $this->useRedis();
        $this->below(Server::Swoole, '/sse-hub');
        $this->route(fn () => Sse::stream('orders')->initial(fn () => [['id' => 1]], 'order'));

        $response = $this->get('/stream', ['Last-Event-ID' => '5-0']);
        $ticket = (string) $redis->client()->get('app:sse-ticket:'.explode('=', (string) $response->headers->get('X-Accel-Redirect'))[1]);
        $this->assertStringContainsString('5-0', $ticket);
        $this->assertStringNotContainsString('event: order', $ticket);
    }

    #[Test]
    public function without_redis_the_client_is_told_to_come_back_and_the_worker_is_free(): void
    {
        config(['sse.redis' => 'redis://127.0.0.1:1']);
        $this->below(Server::Swoole, '/sse-hub');
        $this->route(fn () => Sse::stream('orders'));

        $response = $this->get('/stream')->assertOk();
        $this->assertMatchesRegularExpression('/^retry: [2-8]\d{3}\n\n$/', (string) $response->getContent());
        $this->assertStringStartsWith('text/event-stream', (string) $response->headers->get('Content-Type'));
    }

    #[Test]
    public function without_a_hub_where_one_is_configured_the_client_comes_back_too(): void
    {
        $this->useRedis();
        config(['sse.hub' => '/nowhere/sse.sock']);
        $this->below(Server::Swoole, '/sse-hub');
        $this->route(fn () => Sse::stream('orders'));

        $this->assertStringStartsWith('retry: ', (string) $this->get('/stream')->assertOk()->getContent());
    }

    /** @param  callable(): PendingStream  $stream */
    #[Test]
    #[DataProvider('impossible')]
    public function what_cannot_be_is_refused_with_the_way_out(Server $server, ?string $redirect, callable $stream, string $message): void
    {
        $this->below($server, $redirect);
        $this->route($stream);

        $this->withoutExceptionHandling();
        $this->expectException(StreamNotPossible::class);
        $this->expectExceptionMessage($message);
        $this->get('/stream');
    }

    /** @return iterable<string, array{Server, ?string, callable(): PendingStream, string}> */
    public static function impossible(): iterable
    {
        yield 'no redirect configured' => [Server::Swoole, null, fn () => Sse::stream('a'), 'set SSE_REDIRECT'];
        yield 'handing over' => [Server::Swoole, '/hub', fn () => Sse::stream('a')->mode('handoff'), 'cannot hand it over'];
        yield 'callbacks' => [Server::FrankenPhp, '/hub', fn () => Sse::stream('a')->every(1, fn () => null), 'call inline()'];
        yield 'RoadRunner, inline' => [Server::RoadRunner, '/hub', fn () => Sse::stream('a')->inline(), 'RoadRunner collects'];
        yield 'nothing to stream' => [Server::Classic, null, fn () => Sse::stream(), 'has no source'];
    }

    #[Test]
    public function a_worker_that_stops_closes_its_connection(): void
    {
        $redis = $this->useRedis();
        Sse::publish('orders', 1);
        $before = count($redis->client()->client('LIST'));
        event('Laravel\Octane\Events\WorkerStopping');
        $this->assertSame($before - 1, count($redis->client()->client('LIST')));

        $this->assertNotSame('', Sse::publish('orders', 2)); // and opens another when it has to
        $this->assertSame($before, count($redis->client()->client('LIST')));
        $this->app->forgetInstance(Publisher::class);
    }

    private function below(Server $server, ?string $redirect): void
    {
        $this->app->instance(Server::class, $server);
        config(['sse.redirect' => $redirect]);
    }

    private function route(callable $action): void
    {
        Route::get('/stream', $action(...));
    }
}
