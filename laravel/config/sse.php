<?php

declare(strict_types=1);

return [

    /*
     * Where events are kept and passed on: the name of a connection in config/database.php, a DSN ("redis://…?prefix=app_"), or
     * "memory:" for development without Redis; then the hub keeps them, for as long as it runs.
     */
    'redis' => env('SSE_REDIS', 'default'),

    /*
     * The socket of the hub, which `php artisan sse:work` runs and PHP's workers hand their streams to. It must be the same file
     * for both, and the workers' user must be the hub's (or root's). null: no hub; then each stream holds a worker.
     */
    'hub' => env('SSE_HUB', storage_path('framework/sse.sock')),

    /*
     * Where browsers, or nginx for them, reach the hub's listener when the connection itself cannot be handed over, as under Octane:
     * a path that nginx leads there ("/sse-hub"), or an address ("https://hub.example.com/sse").
     */
    'redirect' => env('SSE_REDIRECT'),

    /* auto, handoff, redirect or inline; auto takes the first that works. */
    'mode' => env('SSE_MODE', 'auto'),

    'stream' => [
        /* Seconds between heartbeats, below the time-outs of all proxies; 0: none. */
        'heartbeat' => 25,
        /* Milliseconds that a browser waits before it reconnects. */
        'retry' => 3000,
        /* Seconds after which a stream ends and is authorised anew; 0: never. */
        'lifetime' => 3600,
    ],

    /* The topic of a user: Sse::to($user), Sse::stream() without topics, and the notification channel. */
    'user_topic' => 'user.{id}',

    /* Whether all streams of a user end when the user logs out. */
    'disconnect_on_logout' => true,

    /* What `php artisan sse:work` runs the hub with; the options of SseHub. */
    'work' => [
        'listen' => env('SSE_LISTEN', '127.0.0.1:8088'),
        'path' => '/sse',
        /* Processes of the hub; one uses one core, which is enough for some ten thousands of streams. */
        'workers' => env('SSE_WORKERS', 1),
        'max_clients' => env('SSE_MAX_CLIENTS', 10_000),
        'max_per_user' => 20,
        /* Connections of one address to the listener; 0: no limit, as behind a proxy, whose address all of them have. */
        'max_per_ip' => env('SSE_MAX_PER_IP', 0),
        /* Topics, channels, patterns and lists that all streams listen to; 0: no limit. */
        'max_channels' => env('SSE_MAX_CHANNELS', 200_000),
        'client_buffer' => 1 << 20,
        'overflow' => 'cut',
        'drain' => 5,
        /* Signs the tokens of Sse::token(), at least 32 bytes; null: the listener takes tickets only. */
        'secret' => env('SSE_SECRET'),
        /* Origins whose pages may read the listener's streams, separated by commas. */
        'cors' => env('SSE_CORS'),
    ],

    /* What `php artisan sse:notify` turns into events: classes that implement Sse\Laravel\Contracts\SignalHandler. */
    'notify' => [
        'channels' => [
            // 'orders.*.changed' => App\Sse\OrderChanged::class,
        ],
        'lists' => [
            // 'jobs:done' => App\Sse\JobDone::class,
        ],
        /* Seconds between two calls of those that also implement Sse\Laravel\Contracts\CatchesUp. */
        'catch_up' => 15,
    ],

    'broadcasting' => [
        /* Where the Echo connector opens its stream; null: no route. */
        'endpoint' => 'broadcasting/sse',
        'middleware' => ['web'],
        /* Whether messages of Laravel's own `redis` driver are delivered too: one more subscription per channel. */
        'understand_redis' => (bool) env('SSE_UNDERSTAND_REDIS', false),
        /* Channels of one stream at most. */
        'max_channels' => 100,
    ],
];
