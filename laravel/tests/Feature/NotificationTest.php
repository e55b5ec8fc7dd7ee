<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Feature;

use Illuminate\Broadcasting\PrivateChannel;
use Illuminate\Bus\Queueable;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Notifications\Notifiable;
use Illuminate\Support\Facades\Bus;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Queue;
use PHPUnit\Framework\Attributes\Test;
use RuntimeException;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Notifications\PublishLater;
use Sse\Laravel\Testing\Published;
use Sse\Laravel\Tests\Support\Invoice;
use Sse\Laravel\Tests\Support\Tables;
use Sse\Laravel\Tests\Support\User;
use Sse\Laravel\Tests\TestCase;

/** The row first, then the event. */
final class NotificationTest extends TestCase
{
    private User $user;

    protected function setUp(): void
    {
        parent::setUp();
        Tables::create();
        $this->user = User::query()->create(['name' => 'Ani']);
    }

    #[Test]
    public function the_event_has_the_rows_id_and_what_the_notification_says(): void
    {
        Sse::fake();
        $this->user->notify(new Invoice(12));

        $row = $this->user->notifications()->sole();
        Sse::assertPublishedTo($this->user, 'notification', fn (Published $event) => $event->data === [
            'id' => $row->getKey(), 'type' => Invoice::class, 'total' => 12,
        ]);
        Sse::assertPublishedTimes('user.'.$this->user->id, 1);
    }

    #[Test]
    public function a_notifiable_that_is_no_user_has_a_topic_of_its_own_kind(): void
    {
        Sse::fake();
        $team = new class extends Model
        {
            use Notifiable;

            public mixed $route = null;

            public function broadcastChannel(): string
            {
                return 'App.Models.Team.7';
            }

            public function routeNotificationForSse(): mixed
            {
                return $this->route;
            }
        };
        $team->forceFill(['id' => 7]);
        $invoice = new class(12) extends Invoice
        {
            public function via(): array
            {
                return ['sse'];
            }
        };
        $team->notify($invoice);
        Sse::assertNotPublished('user.7');
        Sse::assertPublishedTimes('App.Models.Team.7', 1);

        $team->route = new PrivateChannel('teams.7');
        $team->notify($invoice);
        Sse::assertPublishedTimes('private-teams.7', 1);

        $team->route = ['a', 'b'];
        $this->expectExceptionMessage('must return one topic');
        $team->notify($invoice);
    }

    #[Test]
    public function within_a_transaction_the_event_waits_for_the_commit(): void
    {
        Sse::fake();
        DB::transaction(function (): void {
            $this->user->notify(new Invoice(12));
            Sse::assertNothingPublished();
        });
        Sse::assertPublishedTo($this->user);
    }

    #[Test]
    public function a_transaction_that_is_rolled_back_publishes_nothing(): void
    {
        Sse::fake();
        try {
            DB::transaction(function (): never {
                $this->user->notify(new Invoice(12));
                throw new RuntimeException('no');
            });
        } catch (RuntimeException) {
        }
        $this->assertSame(0, $this->user->notifications()->count());
        Sse::assertNothingPublished();
    }

    #[Test]
    public function queued_channels_in_the_wrong_order_still_store_the_row_first(): void
    {
        Sse::fake();
        Queue::fake();
        $this->user->notify(new QueuedInvoice(12));
        $jobs = Queue::pushed(\Illuminate\Notifications\SendQueuedNotifications::class)->keyBy(fn ($job) => $job->channels[0]);

        app()->call([$jobs['sse'], 'handle']);
        Sse::assertNothingPublished();
        app()->call([$jobs['database'], 'handle']);
        Sse::assertPublishedTo($this->user);
        $this->assertSame(1, $this->user->notifications()->count());
    }

    #[Test]
    public function without_the_database_channel_the_event_goes_out_at_once(): void
    {
        Sse::fake();
        $this->user->notify(new class extends Invoice
        {
            public function __construct()
            {
                parent::__construct(1);
            }

            public function via(): array
            {
                return ['sse'];
            }

            public function sseType(): string
            {
                return 'invoice';
            }
        });
        Sse::assertPublishedTo($this->user, 'invoice');
        $this->assertSame(0, $this->user->notifications()->count());
    }

    #[Test]
    public function a_redis_that_is_away_costs_no_row_and_the_event_is_tried_again(): void
    {
        config(['sse.redis' => 'redis://127.0.0.1:1']);
        Bus::fake(PublishLater::class);
        $this->user->notify(new Invoice(12));

        $row = $this->user->notifications()->sole();
        Bus::assertDispatched(PublishLater::class, fn (PublishLater $job) => $job->event->topic === "user.{$this->user->id}"
            && str_contains($job->event->data, (string) $row->getKey()) && $job->tries > 1);
    }

    #[Test]
    public function the_second_try_publishes_the_same_event(): void
    {
        $redis = $this->useRedis();
        Bus::fake(PublishLater::class);
        config(['sse.redis' => 'redis://127.0.0.1:1']);
        $this->user->notify(new Invoice(12));

        config(['sse.redis' => 'default']);
        $this->app->forgetInstance(\Sse\Laravel\Contracts\Publisher::class);
        $job = Bus::dispatched(PublishLater::class)->first();
        app()->call([unserialize(serialize($job)), 'handle']);
        $entry = array_values($redis->client()->xrange("app:sse:user.{$this->user->id}", '-', '+'))[0];
        $this->assertSame('notification', $entry['event']);
        $this->assertSame(12, json_decode($entry['data'], true)['total']);
    }
}

final class QueuedInvoice extends Invoice implements ShouldQueue
{
    use Queueable;
}
