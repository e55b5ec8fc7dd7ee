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
     * `trigger`: what `button` does to make an event. `carrier`: who holds the connection; `inline` is a PHP worker, because
     * PHP callbacks feed the stream. `needs`: what is missing here for the section to work.
     *
     * @return list<array{number: int, title: string, text: string, method: string, carrier: string, streams: array<string, string>, redis?: bool, keep?: bool, trigger?: string, button?: string, open?: bool, needs?: string}>
     */
    public static function all(): array
    {
        return array_map(static function (array $section): array {
            $needs = match (true) {
                isset($section['redis']) && ! Demo::hasRedis() => 'a Redis: start examples/run without --broker memory.',
                $section['carrier'] === 'inline' && Demo::hasOneProcess() => 'a process of its own: PHP_CLI_SERVER_WORKERS=8 gives php artisan serve more than one.',
                default => null,
            };

            return $needs === null ? $section : ['needs' => $needs] + $section;
        }, self::sections());
    }

    /**
     * @return list<array{number: int, title: string, text: string, method: string, carrier: string, streams: array<string, string>, redis?: bool, keep?: bool, trigger?: string, button?: string, open?: bool}>
     */
    private static function sections(): array
    {
        return [
            [
                'number' => 1,
                'title' => 'The basics',
                'text' => 'The time, each second. No endless loop: the stream calls back and ends when you leave.',
                'method' => 'every()',
                'carrier' => 'inline',
                'streams' => ['time' => '/sse/basics'],
            ],
            [
                'number' => 2,
                'title' => 'Data in Redis',
                'text' => 'Items that are taken out once. They wait until a tab is there; the hub gives each to all tabs that it holds.',
                'method' => 'queue()',
                'carrier' => 'hub',
                'redis' => true,
                'streams' => ['list' => '/sse/cache'],
                'trigger' => 'cache',
                'button' => 'Push an item',
            ],
            [
                'number' => 3,
                'title' => 'Database',
                'text' => 'Unread rows first, then each new one from the log. Reload, or go offline: nothing is missing, nothing comes twice.',
                'method' => 'cursor() + follow()',
                'carrier' => 'hub',
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
                'carrier' => 'inline',
                'redis' => true,
                'streams' => ['flag' => '/sse/flag'],
                'trigger' => 'register',
                'button' => 'Register a user',
            ],
            [
                'number' => 5,
                'title' => 'Pub/Sub',
                'text' => 'The published payload is the event. Redis keeps nothing.',
                'method' => 'subscribe()',
                'carrier' => 'hub',
                'redis' => true,
                'streams' => ['channel' => '/sse/pubsub'],
                'trigger' => 'publish',
                'button' => 'Publish',
            ],
            [
                'number' => 6,
                'title' => 'Pub/Sub + database',
                'text' => 'Redis only says that there is something; the stream asks the database for what it has not sent.',
                'method' => 'subscribe() + onMessage()',
                'carrier' => 'inline',
                'redis' => true,
                'streams' => ['signal' => '/sse/signal'],
                'trigger' => 'register',
                'button' => 'Register a user',
                'keep' => true,
            ],
            [
                'number' => 7,
                'title' => 'Separate server',
                'text' => 'The hub holds the connections, a worker asks the database once per signal, and PHP is free. One subscription however many tabs.',
                'method' => 'follow(), SseHub, RedisSubscriber',
                'carrier' => 'hub',
                'streams' => [
                    'handed over' => '/sse/hub',
                    'redirected' => '/sse/hub/redirect',
                    'token' => '/sse/ticket/hub',
                ],
                'trigger' => 'register',
                'button' => 'Register a user',
                'keep' => true,
            ],
            [
                'number' => 8,
                'title' => 'Headers and buffers',
                'text' => 'Behind an output buffer, compression and throttling: each second arrives in its second.',
                'method' => 'run()',
                'carrier' => 'inline',
                'streams' => ['buffered' => '/sse/headers'],
            ],
            [
                'number' => 9,
                'title' => 'Security',
                'text' => 'A token for one connection, a signed URL, or the session cookie.',
                'method' => 'abort(403), signed, auth',
                'carrier' => 'hub',
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
                'carrier' => 'hub',
                'redis' => true,
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
                'carrier' => 'hub',
                'redis' => true,
                'streams' => ['list' => '/sse/worker-list'],
                'trigger' => 'worker',
                'button' => 'Send to the workers',
            ],
            [
                'number' => 12,
                'title' => 'Heartbeat',
                'text' => 'event: ping every two seconds, beside the messages.',
                'method' => 'heartbeat',
                'carrier' => 'hub',
                'streams' => ['heartbeat' => '/sse/heartbeat'],
                'trigger' => 'publish',
                'button' => 'Publish',
            ],
            [
                'number' => 13,
                'title' => 'History for every tab',
                'text' => 'What the list holds after your last id, then what is added. Every tab reads all of it.',
                'method' => 'history() + subscribe()',
                'carrier' => 'inline',
                'redis' => true,
                'streams' => ['history' => '/sse/history'],
                'trigger' => 'history',
                'button' => 'Add an item',
                'keep' => true,
            ],
        ];
    }
}
