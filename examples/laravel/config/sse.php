<?php

declare(strict_types=1);

// What differs from the package's own config/sse.php; the rest of what differs is in .env.
return [
    'notify' => [
        'channels' => [
            'notifications:*:signal' => App\Sse\NotificationStored::class,
        ],
        'catch_up' => 15,
    ],
];
