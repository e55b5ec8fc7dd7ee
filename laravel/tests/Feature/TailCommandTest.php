<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Feature;

use Illuminate\Support\Facades\Artisan;
use PHPUnit\Framework\Attributes\TestWith;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Tests\Support\ArtisanProcess;
use Sse\Laravel\Tests\TestCase;

final class TailCommandTest extends TestCase
{
    public function test_it_shows_what_is_published_to_topics_and_patterns(): void
    {
        $this->useRedis();
        $tail = $this->tail('news', 'orders.*', 'orders.1');
        $this->heard($tail, fn () => Sse::publish('news', 'first'), '/ news  first/');
        Sse::publish('orders.1', ['id' => 1], 'shipped');
        Sse::publish('weather', 'rain');
        Sse::publish('news', "\e[2Jsecond <error>");
        $output = $tail->waitFor('/second/');

        $this->assertMatchesRegularExpression('/^\d\d:\d\d:\d\d\.\d{3}  \d+-\d+  orders\.1  shipped  {"id":1}$/m', $output);
        $this->assertSame(1, substr_count($output, 'shipped'), 'its topic and its pattern both name it');
        $this->assertStringContainsString('news  \u{1b}[2Jsecond <error>', $output);
        $this->assertStringNotContainsString('rain', $output);
        $this->assertSame(0, $tail->end(SIGINT));
    }

    public function test_it_shows_the_newest_first_and_then_goes_on_without_a_gap(): void
    {
        $redis = $this->useRedis();
        foreach (['a', 'b', 'c'] as $data) {
            Sse::publish('orders.1', $data);
            Sse::publish('orders.2', $data.$data);
        }
        $tail = $this->tail('orders.*', '--last=2', '--json');
        $tail->waitFor('/"cc"/');
        // As after a lost connection: the log has an entry that was not signalled.
        $this->heard($tail, function () use ($redis): void {
            $redis->client()->xadd('app:sse:orders.3', ['event' => '', 'data' => 'silent']);
            Sse::publish('orders.3', 'loud');
        }, '/"loud"/');
        $tail->end(SIGTERM);

        $lines = array_map(fn (string $line): array => (array) json_decode($line, true), explode("\n", trim($tail->output())));
        $this->assertSame(['b', 'bb', 'c', 'cc', 'silent', 'loud'], array_slice(array_column($lines, 'data'), 0, 6));
        $this->assertSame('orders.2', $lines[1]['topic']);
    }

    public function test_it_understands_producers_of_their_own_and_plain_channels(): void
    {
        $redis = $this->useRedis();
        $tail = $this->tail('news');
        $this->heard($tail, fn () => $redis->client()->publish('app:sse:news', 'a hint'), '/news  a hint/');
        $tail->end(SIGTERM);

        $tail = $this->tail('chat', '--channel');
        $this->heard($tail, fn () => $redis->client()->publish('app:chat', 'hello'), '/ chat  hello/');
        $this->assertSame(0, $tail->end(SIGTERM));
    }

    public function test_verbose_shows_all_of_the_data_and_a_terminal_shows_what_fits(): void
    {
        $this->useRedis();
        Sse::publish('news', ['text' => str_repeat('long ', 100)]);
        $tail = $this->tail('news', '--last=1', '-v');
        $tail->waitFor('/^ {4}{\n {8}"text": "(long ){100}"\n {4}}$/m');
        $tail->end(SIGTERM);

        $tail = new ArtisanProcess($this->basePath, $this->settings(), ['sse:tail', 'news', '--last=1'], terminal: true);
        $output = $tail->waitFor('/long.*…/');
        $this->assertStringContainsString("\e[36mnews\e[39m", $output);
        $tail->end(SIGTERM);
    }

    /** @param  array<string, mixed>  $options */
    #[TestWith([['topic' => ['news'], '--last' => '2000'], '--last must be'])]
    #[TestWith([['topic' => ['news'], '--last' => '2', '--channel' => true], 'keeps nothing'])]
    #[TestWith([['topic' => ["a\nb"]], 'line break'])]
    public function test_what_cannot_be_is_said(array $options, string $message): void
    {
        $this->assertSame(2, Artisan::call('sse:tail', $options));
        $this->assertStringContainsString($message, Artisan::output());
    }

    public function test_memory_and_a_redis_that_is_away_are_errors(): void
    {
        config(['sse.redis' => 'memory:']);
        $this->assertSame(2, Artisan::call('sse:tail', ['topic' => ['news']]));
        $this->assertStringContainsString('SSE_REDIS', Artisan::output());

        config(['sse.redis' => 'redis://127.0.0.1:1']);
        $this->assertSame(1, Artisan::call('sse:tail', ['topic' => ['news']]));
        $this->assertStringContainsString('sse:doctor', Artisan::output());
    }

    /** Again and again, as nothing says when its subscription is there. */
    private function heard(ArtisanProcess $tail, \Closure $publish, string $pattern): void
    {
        for ($until = microtime(true) + 10; microtime(true) < $until;) {
            $publish();
            try {
                $tail->waitFor($pattern, 0.3);

                return;
            } catch (\RuntimeException) {
                // not subscribed yet
            }
        }
        $this->fail("{$pattern} was not heard; there is only:\n{$tail->output()}");
    }

    private function tail(string ...$arguments): ArtisanProcess
    {
        return new ArtisanProcess($this->basePath, $this->settings(), ['sse:tail', ...array_values($arguments)]);
    }

    /** @return array<string, mixed> */
    private function settings(): array
    {
        return [
            'database.redis.default' => ['host' => '127.0.0.1', 'port' => $this->redisPort(), 'database' => 0],
            'database.redis.options.prefix' => 'app:',
        ];
    }

    private function redisPort(): int
    {
        return config()->integer('database.redis.default.port');
    }
}
