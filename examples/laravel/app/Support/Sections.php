<?php

declare(strict_types=1);

namespace App\Support;

/**
 * What the page shows: a card per section.
 */
final class Sections
{
    /**
     * `keep`: the page remembers the events and the last id in sessionStorage, and continues from there after a reload.
     * `trigger`: what `button` does to make an event.
     *
     * @return list<array{number: int, title: string, text: string, method: string, streams: array<string, string>, keep?: bool, trigger?: string, button?: string, open?: bool}>
     */
    public static function all(): array
    {
        return [
            [
                'number' => 1,
                'title' => 'The basics',
                'text' => 'The time, each second. No endless loop: the stream calls back and ends when you leave.',
                'method' => 'every()',
                'streams' => ['time' => '/sse/basics'],
            ],
            [
                'number' => 2,
                'title' => 'Data in Redis',
                'text' => 'Items that are taken out once. Open a second tab: each item goes to one of the two.',
                'method' => 'queue()',
                'streams' => ['list' => '/sse/cache'],
                'trigger' => 'cache',
                'button' => 'Push an item',
            ],
            [
                'number' => 3,
                'title' => 'Database',
                'text' => 'Unread rows first, then each new one from the log. Reload, or go offline: nothing is missing, nothing comes twice.',
                'method' => 'cursor() + follow()',
                'streams' => ['notifications' => '/sse/database'],
                'trigger' => 'register',
                'button' => 'Register a user',
                'keep' => true,
                'open' => true,
            ],
            [
                'number' => 4,
                'title' => 'Flag in Redis',
                'text' => 'A counter says whether the database is worth a query. Every tab sees it move.',
                'method' => 'every()',
                'streams' => ['flag' => '/sse/flag'],
                'trigger' => 'register',
                'button' => 'Register a user',
            ],
            [
                'number' => 5,
                'title' => 'Pub/Sub',
                'text' => 'The published payload is the event. Redis keeps nothing.',
                'method' => 'subscribe()',
                'streams' => ['channel' => '/sse/pubsub'],
                'trigger' => 'publish',
                'button' => 'Publish',
            ],
            [
                'number' => 6,
                'title' => 'Pub/Sub + database',
                'text' => 'Redis only says that there is something; the stream asks the database for what it has not sent.',
                'method' => 'subscribe() + onMessage()',
                'streams' => ['signal' => '/sse/signal'],
                'trigger' => 'register',
                'button' => 'Register a user',
                'keep' => true,
            ],
            [
                'number' => 7,
                'title' => 'Separate server',
                'text' => 'The route decides who may listen. Where a hub is configured, it carries the connection from there.',
                'method' => 'follow()',
                'streams' => ['log' => '/sse/hub'],
                'trigger' => 'register',
                'button' => 'Register a user',
                'keep' => true,
            ],
            [
                'number' => 8,
                'title' => 'Headers and buffers',
                'text' => 'Behind an output buffer, compression and throttling: each second arrives in its second.',
                'method' => 'run()',
                'streams' => ['buffered' => '/sse/headers'],
            ],
            [
                'number' => 9,
                'title' => 'Security',
                'text' => 'A token for one connection, a signed URL, or the session cookie.',
                'method' => 'abort(403), signed, auth',
                'streams' => [
                    'token' => '/sse/ticket?kind=token',
                    'signed' => '/sse/ticket?kind=signed',
                    'cookie' => '/sse/cookie',
                ],
                'trigger' => 'publish',
                'button' => 'Publish',
            ],
            [
                'number' => 10,
                'title' => 'Worker process',
                'text' => 'An artisan command subscribes and publishes what the stream follows. Octane workers stay free.',
                'method' => 'RedisSubscriber, follow()',
                'streams' => ['worker' => '/sse/worker'],
                'trigger' => 'worker',
                'button' => 'Send to the workers',
                'keep' => true,
            ],
            [
                'number' => 11,
                'title' => 'Worker and list',
                'text' => 'A worker pushes to the list of the user, the stream takes from it. What was not written goes back.',
                'method' => 'blpop(), queue()',
                'streams' => ['list' => '/sse/worker-list'],
                'trigger' => 'worker',
                'button' => 'Send to the workers',
            ],
            [
                'number' => 12,
                'title' => 'Heartbeat',
                'text' => 'event: ping every two seconds, beside the messages.',
                'method' => 'heartbeat',
                'streams' => ['heartbeat' => '/sse/heartbeat'],
                'trigger' => 'publish',
                'button' => 'Publish',
            ],
            [
                'number' => 13,
                'title' => 'History for every tab',
                'text' => 'What the list holds after your last id, then what is added. Every tab reads all of it.',
                'method' => 'history() + subscribe()',
                'streams' => ['history' => '/sse/history'],
                'trigger' => 'history',
                'button' => 'Add an item',
                'keep' => true,
            ],
        ];
    }
}
