<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Feature;

use Illuminate\Auth\Events\Logout;
use Illuminate\Support\Facades\Exceptions;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\Attributes\TestWith;
use Sse\Laravel\Exceptions\InvalidTopic;
use Sse\Laravel\Exceptions\UnserializableData;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Tests\Support\User;
use Sse\Laravel\Tests\TestCase;
use SseException;

/** What is in Redis after a publish. */
final class PublishTest extends TestCase
{
    #[Test]
    #[TestWith(['redis://127.0.0.1:1'])]
    #[TestWith(['no-such-connection'])]
    public function a_redis_that_is_away_or_misnamed_keeps_nobody_from_logging_out(string $redis): void
    {
        config(['sse.redis' => $redis]);
        Exceptions::fake();
        event(new Logout('web', User::named(7)));
        Exceptions::assertReportedCount(1);
    }

    #[Test]
    public function an_event_is_in_the_log_of_its_topic_under_its_id(): void
    {
        $redis = $this->useRedis();
        $id = Sse::publish('orders', ['id' => 7], 'created');

        $this->assertSame([$id => ['event' => 'created', 'data' => '{"id":7}']], $redis->client()->xrange('app:sse:orders', '-', '+'));
    }

    #[Test]
    public function one_event_goes_to_several_topics(): void
    {
        $redis = $this->useRedis();
        $ids = Sse::publish(['orders', User::named(7)], 'x');

        $this->assertCount(2, $ids);
        $this->assertSame($ids[1], array_key_first($redis->client()->xrange('app:sse:Sse.Laravel.Tests.Support.User.7', '-', '+')));
    }

    #[Test]
    public function a_thousand_events_keep_their_order(): void
    {
        $redis = $this->useRedis();
        $ids = Sse::publishMany(array_map(fn (int $n): array => ['orders', $n, 'n'], range(1, 1000)));

        $log = $redis->client()->xrange('app:sse:orders', '-', '+');
        $this->assertSame($ids, array_keys($log));
        $this->assertSame(array_map(strval(...), range(1, 1000)), array_column($log, 'data'));
    }

    #[Test]
    public function one_bad_event_keeps_all_others_from_being_written(): void
    {
        $redis = $this->useRedis();
        foreach ([["bad\nname", 1], ['good', NAN]] as $bad) {
            try {
                Sse::publishMany([['orders', 1], $bad]);
                $this->fail('it was taken');
            } catch (InvalidTopic|UnserializableData) {
                $this->assertSame([], $redis->client()->keys('*'));
            }
        }
    }

    #[Test]
    public function users_have_topics(): void
    {
        $redis = $this->useRedis();
        Sse::to(User::named(7), 8)->publish(['n' => 1], 'hello');

        $this->assertSame(1, $redis->client()->xlen('app:sse:user.7'));
        $this->assertSame(1, $redis->client()->xlen('app:sse:user.8'));
    }

    #[Test]
    public function a_redis_that_is_away_is_named(): void
    {
        config(['sse.redis' => 'redis://127.0.0.1:1']);
        $this->expectException(SseException::class);
        $this->expectExceptionMessage('127.0.0.1:1');
        Sse::publish('orders', 1);
    }

    #[Test]
    public function it_goes_on_when_redis_is_back(): void
    {
        $redis = $this->useRedis();
        Sse::publish('orders', 1);
        $redis->stop();
        try {
            Sse::publish('orders', 2);
            $this->fail('it was published to nobody');
        } catch (SseException) {
        }
        $redis->start();
        Sse::publish('orders', 3);
        $this->assertSame(['3'], array_column($redis->client()->xrange('app:sse:orders', '-', '+'), 'data'));
    }

    #[Test]
    public function disconnect_says_how_many_hubs_heard_it(): void
    {
        $this->useRedis();
        $this->assertSame(0, Sse::disconnect(User::named(7)));
    }
}
