<?php

declare(strict_types=1);

// `redis` is added by AppServiceProvider: what the extension gets is what the Redis facade has.
return [
    // "memory": no Redis; the hub is the broker, and the sections that need a Redis say so.
    'broker' => env('SSE_BROKER', 'redis'),

    // Where browsers reach the hub's listener by themselves, with a token (section 7).
    'direct' => env('SSE_DIRECT', '/sse-direct'),

    // What signs those tokens: the hub's option jwtSecret, at least 32 bytes.
    'secret' => env('SSE_SECRET'),
];
