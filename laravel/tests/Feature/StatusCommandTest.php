<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Feature;

use Illuminate\Support\Facades\Artisan;
use Sse\Laravel\Tests\Support\ArtisanProcess;
use Sse\Laravel\Tests\Support\HubServer;
use Sse\Laravel\Tests\TestCase;

final class StatusCommandTest extends TestCase
{
    private ?HubServer $hub = null;

    protected function tearDown(): void
    {
        $this->hub?->stop();
        parent::tearDown();
    }

    public function test_without_a_terminal_it_shows_one_table(): void
    {
        $this->startHub();
        $begun = microtime(true);

        $this->assertSame(0, Artisan::call('sse:status'));
        $this->assertGreaterThan(1.0, microtime(true) - $begun, 'its rates need two reads');
        $table = Artisan::output();
        foreach (['Hub  serving', 'Streams                     0 of 10,000', 'Redis                       connected', 'Events in', 'Losses of Redis'] as $expected) {
            $this->assertStringContainsString($expected, $table);
        }
        $this->assertStringContainsString("pid {$this->hub?->pid()}", $table);
    }

    public function test_it_counts_streams(): void
    {
        $hub = $this->startHub(['listen' => "unix:{$this->basePath}/http.sock", 'jwtSecret' => str_repeat('s', 32)]);
        config(['sse.work.secret' => str_repeat('s', 32)]);
        $token = $this->app?->make('Sse\Laravel\SseManager')->token(['news']);
        $clients = [];
        foreach ([1, 2] as $i) {
            $clients[$i] = stream_socket_client("unix://{$this->basePath}/http.sock") ?: $this->fail('no listener');
            fwrite($clients[$i], "GET /sse?token={$token} HTTP/1.1\r\nHost: a\r\n\r\n");
            $this->assertStringContainsString('200 OK', (string) fgets($clients[$i]));
        }
        fclose($clients[1]);

        Artisan::call('sse:status', ['--control' => $hub->control]);
        $this->assertMatchesRegularExpression('/Streams +1 of 10,000/', Artisan::output());
        Artisan::call('sse:status', ['--json' => true]);
        $figures = json_decode(Artisan::output(), true, 2, JSON_THROW_ON_ERROR);
        $this->assertSame([1, 2, 1, true], [$figures['clients'], $figures['http_streams'], $figures['disconnected'], $figures['broker_ready']]);
    }

    public function test_on_a_terminal_it_draws_until_a_signal_and_waits_for_a_hub_that_went_away(): void
    {
        $this->startHub();
        $status = new ArtisanProcess($this->basePath, ['sse.hub' => "{$this->basePath}/hub.sock"], ['sse:status'], terminal: true);
        $status->waitFor('/Events in\S* +– .*Events in\S* +0 /s');
        $this->hub?->stop();
        $status->waitFor('/No hub answers at/');
        $this->startHub();
        $status->waitFor('/No hub answers at.*serving/s');

        $this->assertSame(0, $status->end(SIGINT));
    }

    public function test_without_a_hub_it_says_how_to_start_one(): void
    {
        $this->assertSame(1, Artisan::call('sse:status'));
        $this->assertStringContainsString('php artisan sse:work', self::oneLine(Artisan::output()));
        $this->assertSame(1, Artisan::call('sse:status', ['--json' => true, '--control' => "{$this->basePath}/none.sock"]));
        $this->assertStringContainsString('none.sock: No such file', self::oneLine(Artisan::output()));
    }

    public function test_a_setting_that_is_missing_is_named(): void
    {
        config(['sse.hub' => null]);

        $this->assertSame(1, Artisan::call('sse:status'));
        $this->assertStringContainsString('SSE_HUB', Artisan::output());
    }

    /** @param  array<string, mixed>  $options */
    private function startHub(array $options = []): HubServer
    {
        config(['sse.hub' => "{$this->basePath}/hub.sock"]);

        return $this->hub = new HubServer("{$this->basePath}/hub.sock", $options);
    }

    /** Laravel's error box breaks lines. */
    private static function oneLine(string $text): string
    {
        return (string) preg_replace('/\s+/', ' ', $text);
    }
}
