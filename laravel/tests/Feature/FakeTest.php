<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Feature;

use Illuminate\Auth\Events\CurrentDeviceLogout;
use Illuminate\Auth\Events\Logout;
use Illuminate\Auth\Events\OtherDeviceLogout;
use Illuminate\Http\StreamedEvent;
use Illuminate\Notifications\Notification;
use Illuminate\Support\Facades\Broadcast;
use Illuminate\Support\Facades\Route;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\ExpectationFailedException;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Testing\Published;
use Sse\Laravel\Tests\Support\User;
use Sse\Laravel\Tests\TestCase;
use SseStream;

/** Sse::fake(), as users' tests use it: without a Redis and without a hub. */
final class FakeTest extends TestCase
{
    #[Test]
    public function published_events_are_found_by_topic_event_and_content(): void
    {
        $fake = Sse::fake();
        $id = Sse::publish('orders', ['id' => 7, 'total' => 12], 'created');

        Sse::assertPublished('orders');
        Sse::assertPublished('orders', 'created', fn (Published $event) => $event->data['total'] === 12 && $event->id === $id);
        Sse::assertPublishedTimes('orders', 1);
        Sse::assertNotPublished('orders', 'deleted');
        Sse::assertNotPublished('invoices');
        $this->assertCount(1, $fake->published('orders', 'created'));
    }

    #[Test]
    public function a_failing_assertion_shows_what_was_published_instead(): void
    {
        Sse::fake();
        Sse::publish('orders', ['id' => 7], 'created');

        $this->assertFails(fn () => Sse::assertPublished('invoices'), '1-0 orders created {"id":7}');
        $this->assertFails(fn () => Sse::assertPublished('orders', 'created', fn () => false), 'never with what');
        $this->assertFails(fn () => Sse::assertNotPublished('orders'), 'was published');
        $this->assertFails(fn () => Sse::assertPublishedTimes('orders', 2), '1 times instead of 2');
        $this->assertFails(fn () => Sse::assertNothingPublished(), 'Something was published');
        $this->assertFails(fn () => Sse::assertStreamed('orders'), 'None was');
        $this->assertFails(fn () => Sse::assertDisconnected(7), 'were not ended');
    }

    #[Test]
    public function events_for_users_are_found_by_user(): void
    {
        Sse::fake();
        Sse::to(User::named(7), 8)->publish('hello', 'greeting');

        Sse::assertPublishedTo(User::named(7), 'greeting', fn (Published $event) => $event->data === 'hello');
        Sse::assertPublishedTo(8);
        Sse::assertNotPublished('user.9');
    }

    #[Test]
    public function broadcasts_and_notifications_are_recorded_too_though_their_drivers_were_made_before(): void
    {
        Broadcast::connection();
        Sse::fake();
        Broadcast::on('news')->as('Flash')->with(['a' => 1])->sendNow();
        User::named(7)->notify(new class extends Notification
        {
            /** @return list<string> */
            public function via(): array
            {
                return ['sse'];
            }

            /** @return array<string, int> */
            public function toArray(): array
            {
                return ['n' => 1];
            }
        });

        Sse::assertPublished('public-news', 'broadcast', fn (Published $event) => $event->data['event'] === 'Flash');
        Sse::assertPublishedTo(7, 'notification', fn (Published $event) => $event->data['n'] === 1);
    }

    #[Test]
    public function a_stream_is_no_page_to_go_back_to(): void
    {
        Sse::fake();
        Route::middleware('web')->group(function (): void {
            Route::get('/form', fn (): string => 'the form');
            Route::get('/stream', fn () => Sse::stream('news'));
            Route::get('/back', fn () => back());
        });
        $this->get('/form');
        $this->get('/stream')->assertOk();
        $this->get('/broadcasting/sse')->assertOk();
        $this->get('/back')->assertRedirect('/form');
    }

    #[Test]
    public function a_stream_can_be_asked_for_its_topics_user_and_first_events(): void
    {
        Sse::fake();
        Route::get('/orders/stream', fn () => Sse::stream('orders', 'prices')->initial(fn () => [['id' => 1], ['id' => 2]], 'order')
            ->initial(fn () => class_exists(StreamedEvent::class) ? [new StreamedEvent('total', 2)] : []) // not in Laravel 11
            ->initial(function (SseStream $stream): void {
                $stream->event('by hand', 'own');
            }));

        $response = $this->actingAs(User::named(7))->get('/orders/stream')->assertOk();
        $this->assertStringStartsWith('text/event-stream', (string) $response->headers->get('Content-Type'));
        $this->assertSame(
            "event: order\ndata: {\"id\":1}\n\nevent: order\ndata: {\"id\":2}\n\n"
                .(class_exists(StreamedEvent::class) ? "event: total\ndata: 2\n\n" : '')."event: own\ndata: by hand\n\n",
            $response->streamedContent(),
        );
        Sse::assertStreamed('orders', 'prices');
        Sse::assertStreamedTo(User::named(7));
        $this->assertFails(fn () => Sse::assertStreamed('other'), '[orders, prices]');
    }

    #[Test]
    public function a_stream_without_topics_is_the_users_own(): void
    {
        Sse::fake();
        Route::get('/stream', fn () => Sse::stream());

        $this->actingAs(User::named(7))->get('/stream')->assertOk();
        Sse::assertStreamed('user.7');
    }

    #[Test]
    public function a_logout_ends_the_streams_whatever_devices_it_is_for(): void
    {
        foreach ([Logout::class, CurrentDeviceLogout::class, OtherDeviceLogout::class] as $event) {
            $fake = Sse::fake();
            event(new $event('web', User::named(8)));
            $fake->assertDisconnected(8);
        }
        config(['sse.disconnect_on_logout' => false]);
        Sse::fake();
        event(new Logout('web', User::named(8)));
        Sse::assertNotDisconnected(8);
    }

    #[Test]
    public function disconnecting_is_recorded(): void
    {
        Sse::fake();
        Sse::disconnect(User::named(7));
        Sse::assertDisconnected(7);
        Sse::assertNotDisconnected(8);
        Sse::assertNothingPublished();
        Sse::assertNothingStreamed();
    }

    private function assertFails(callable $assertion, string $message): void
    {
        try {
            $assertion();
        } catch (ExpectationFailedException $e) {
            $this->assertStringContainsString($message, $e->getMessage());

            return;
        }
        $this->fail("the assertion passed, but should say: {$message}");
    }
}
