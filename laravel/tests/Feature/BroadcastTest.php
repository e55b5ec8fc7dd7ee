<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Feature;

use Illuminate\Auth\Access\AuthorizationException;
use Illuminate\Broadcasting\BroadcastException;
use Illuminate\Broadcasting\Channel;
use Illuminate\Broadcasting\InteractsWithSockets;
use Illuminate\Broadcasting\PrivateChannel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcastNow;
use Illuminate\Database\Eloquent\ModelNotFoundException;
use Illuminate\Support\Facades\Broadcast;
use Illuminate\Support\Facades\Gate;
use Illuminate\Testing\TestResponse;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Tests\Support\User;
use Sse\Laravel\Tests\TestCase;

final class BroadcastTest extends TestCase
{
    #[Test]
    public function an_event_goes_to_the_topic_of_its_channel_as_laravels_redis_driver_would_publish_it(): void
    {
        $redis = $this->useRedis();
        broadcast(new OrderShipped(7));

        $this->assertSame(
            ['event' => 'broadcast', 'data' => json_encode([
                'channel' => 'private-orders.7', 'event' => OrderShipped::class, 'data' => ['id' => 7], 'socket' => null,
            ], JSON_UNESCAPED_SLASHES)],
            array_values($redis->client()->xrange('app:sse:private-orders.7', '-', '+'))[0],
        );
    }

    #[Test]
    public function to_others_names_the_socket_that_asked(): void
    {
        $redis = $this->useRedis();
        request()->headers->set('X-Socket-ID', '123.456');
        broadcast(new OrderShipped(7))->toOthers();

        $entry = array_values($redis->client()->xrange('app:sse:private-orders.7', '-', '+'))[0];
        $this->assertSame('123.456', json_decode($entry['data'], true)['socket']);
        $this->assertStringNotContainsString('socket', json_encode(json_decode($entry['data'], true)['data']) ?: '');
    }

    #[Test]
    public function data_that_is_empty_stays_an_object(): void
    {
        $redis = $this->useRedis();
        Broadcast::on('news')->as('Flash')->sendNow();

        $this->assertStringContainsString('"data":{}', array_values($redis->client()->xrange('app:sse:public-news', '-', '+'))[0]['data']);
    }

    #[Test]
    public function a_redis_that_is_away_is_a_broadcast_exception(): void
    {
        config(['sse.redis' => 'redis://127.0.0.1:1']);
        $this->expectException(BroadcastException::class);
        $this->expectExceptionMessage('127.0.0.1:1');
        broadcast(new OrderShipped(7));
    }

    #[Test]
    public function a_stream_opens_with_the_channels_that_are_the_users_and_says_which_are_not(): void
    {
        Sse::fake();
        $this->channels();

        $response = $this->actingAs(User::named(7))
            ->get('/broadcasting/sse?'.http_build_query(['channels' => ['private-orders.7', 'private-orders.8', 'news', 'presence-room.1']]))
            ->assertOk();

        $connected = $this->firstEvent($response);
        $this->assertSame(['news', 'presence-room.1', 'private-orders.7'], collect($connected['channels'])->sort()->values()->all());
        $this->assertSame(['private-orders.8' => 403], $connected['refused']);
        $this->assertMatchesRegularExpression('/^[A-Za-z0-9]{40}$/', $connected['stream']);
        Sse::assertStreamed('public-news', 'presence-room.1', 'private-orders.7');
        Sse::assertStreamedTo(7);
    }

    #[Test]
    public function nobody_in_particular_gets_public_channels_only(): void
    {
        Sse::fake();
        $this->channels();

        $connected = $this->firstEvent($this->get('/broadcasting/sse?channels[]=news&channels[]=private-orders.7&channels[]=presence-room.1'));
        $this->assertSame(['news'], $connected['channels']);
        $this->assertSame(['private-orders.7' => 403, 'presence-room.1' => 403], $connected['refused']);
    }

    #[Test]
    public function without_a_redis_only_the_presence_channels_are_refused(): void
    {
        Sse::fake();
        $this->channels();
        config(['sse.redis' => 'memory:']);
        $connected = $this->firstEvent($this->actingAs(User::named(7))->get('/broadcasting/sse?channels[]=news&channels[]=presence-room.1'));
        $this->assertSame(['news'], $connected['channels']);
        $this->assertSame(['presence-room.1' => 501], $connected['refused']);
    }

    #[Test]
    public function a_presence_channel_whose_callback_does_not_say_who_the_user_is_is_refused(): void
    {
        Sse::fake();
        Broadcast::channel('careless.{id}', fn () => true);

        $connected = $this->firstEvent($this->actingAs(User::named(7))->get('/broadcasting/sse?channels[]=presence-careless.1'));
        $this->assertSame(['presence-careless.1' => 403], $connected['refused']);
    }

    #[Test]
    public function a_stream_without_channels_may_be_opened_to_join_some_later(): void
    {
        Sse::fake();
        $this->assertSame([], $this->firstEvent($this->get('/broadcasting/sse'))['channels']);
    }

    #[Test]
    #[DataProvider('wrongChannels')]
    public function names_that_no_channel_can_have_are_a_bad_request(mixed $channels): void
    {
        Sse::fake();
        $this->channels();
        $this->actingAs(User::named(7))->get('/broadcasting/sse?'.http_build_query(['channels' => $channels]))->assertStatus(400);
        Sse::assertNothingStreamed();
    }

    /** @return iterable<string, array{mixed}> */
    public static function wrongChannels(): iterable
    {
        yield 'line break' => [["private-orders\n.7"]];
        yield 'too long' => [[str_repeat('x', 1025)]];
        yield 'nested' => [[['a']]];
        yield 'empty' => [['']];
        yield 'too many' => [range(1, 101)];
        yield 'not UTF-8' => [["\xff"]];
    }

    #[Test]
    public function the_limit_of_channels_may_come_from_the_environment(): void
    {
        Sse::fake();
        config(['sse.broadcasting.max_channels' => '2']);
        $this->get('/broadcasting/sse?channels[]=a&channels[]=b')->assertOk();
        $this->get('/broadcasting/sse?channels[]=a&channels[]=b&channels[]=c')->assertStatus(400);
    }

    #[Test]
    public function channels_are_joined_and_left_while_the_stream_is_open(): void
    {
        Sse::fake();
        $this->channels();
        $this->actingAs(User::named(7))
            ->postJson('/broadcasting/sse', ['stream' => 'abc', 'join' => ['private-orders.7', 'private-orders.8'], 'leave' => ['news']])
            ->assertOk()
            ->assertExactJson(['joined' => ['private-orders.7'], 'refused' => ['private-orders.8' => 403], 'reconnect' => false]);
    }

    #[Test]
    public function a_change_needs_the_name_of_a_stream(): void
    {
        Sse::fake();
        foreach ([null, '', 'a b', "a\nb", ['a'], str_repeat('x', 65)] as $stream) {
            $this->postJson('/broadcasting/sse', ['stream' => $stream, 'join' => ['news']])->assertStatus(400);
        }
    }

    #[Test]
    public function drivers_that_allow_everything_do_not_decide(): void
    {
        config(['broadcasting.default' => 'log']);
        $this->withoutExceptionHandling();
        $this->expectExceptionMessage('BROADCAST_CONNECTION=sse');
        $this->get('/broadcasting/sse?channels[]=private-orders.7');
    }

    #[Test]
    public function channels_that_were_registered_with_laravels_redis_driver_are_asked_there(): void
    {
        config(['broadcasting.default' => 'redis', 'broadcasting.connections.redis' => ['driver' => 'redis']]);
        Sse::fake();
        $this->channels();

        $connected = $this->firstEvent($this->actingAs(User::named(7))
            ->get('/broadcasting/sse?channels[]=private-orders.7&channels[]=private-orders.8&channels[]=presence-room.1'));
        $this->assertSame(['private-orders.7', 'presence-room.1'], $connected['channels']);
    }

    #[Test]
    #[DataProvider('drivers')]
    public function a_callback_that_throws_costs_its_own_channel(string $driver): void
    {
        config(['broadcasting.default' => $driver, 'broadcasting.connections.redis' => ['driver' => 'redis']]);
        Sse::fake();
        $this->channels();
        Broadcast::channel('gate.{id}', fn () => Gate::authorize('nothing'));
        Broadcast::channel('hidden.{id}', fn () => throw (new AuthorizationException)->asNotFound());
        Broadcast::channel('row.{id}', fn () => throw new ModelNotFoundException);

        $connected = $this->firstEvent($this->actingAs(User::named(7))->get('/broadcasting/sse?'.http_build_query(['channels' => [
            'private-gate.1', 'private-hidden.1', 'private-row.1', 'private-orders.x', 'private-orders.7', 'news',
        ]])));
        $this->assertSame(['private-orders.7', 'news'], $connected['channels']);
        $this->assertSame(
            ['private-gate.1' => 403, 'private-hidden.1' => 404, 'private-row.1' => 404, 'private-orders.x' => 500],
            $connected['refused'],
        );
    }

    /** @return iterable<string, array{string}> */
    public static function drivers(): iterable
    {
        yield 'sse' => ['sse'];
        yield 'redis' => ['redis'];
    }

    #[Test]
    public function channels_are_the_same_only_if_their_names_are(): void
    {
        Sse::fake();
        $connected = $this->firstEvent($this->get('/broadcasting/sse?channels[]=10&channels[]=1e1&channels[]=10'));
        $this->assertSame(['10', '1e1'], $connected['channels']);
    }

    private function channels(): void
    {
        Broadcast::channel('orders.{id}', fn (User $user, int $id) => $user->id === $id);
        Broadcast::channel('room.{id}', fn (User $user) => ['id' => $user->id, 'name' => $user->name]);
    }

    /**
     * @param  TestResponse<\Symfony\Component\HttpFoundation\Response>  $response
     * @return array{stream: string, channels: list<string>, refused: array<string, int>}
     */
    private function firstEvent(TestResponse $response): array
    {
        $content = $response->streamedContent();
        $this->assertSame(1, preg_match('/^event: sse:connected\ndata: (.*)\n\n$/', $content, $match), $content);

        return json_decode($match[1], true);
    }
}

final class OrderShipped implements ShouldBroadcastNow
{
    use InteractsWithSockets;

    public function __construct(public readonly int $id)
    {
    }

    /** @return list<Channel> */
    public function broadcastOn(): array
    {
        return [new PrivateChannel("orders.{$this->id}")];
    }
}
