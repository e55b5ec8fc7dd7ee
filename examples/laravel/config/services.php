<?php

declare(strict_types=1);

return [
    'hub' => [
        // Where browsers reach the hub's listener by themselves, with a token (section 7): nginx leads there.
        'direct' => env('HUB_DIRECT', '/sse-direct'),
    ],
    'fpm' => [
        // Addresses of the pools' status, separated by commas; the pool of the pages first.
        'status' => env('FPM_STATUS'),
    ],
];
