<?php

declare(strict_types=1);

// Laravel adds its own defaults to this file: only what differs is here.
return [
    'connections' => [
        'sqlite' => [
            'driver' => 'sqlite',
            'database' => env('DB_DATABASE', database_path('database.sqlite')),
            'prefix' => '',
            'foreign_key_constraints' => true,
            // The web workers and the queue worker write at the same time: readers must not stop the writer, and a
            // transaction that reads first must not fail because another one has written meanwhile.
            'busy_timeout' => 10000,
            'journal_mode' => 'wal',
            'synchronous' => 'normal',
            'transaction_mode' => 'IMMEDIATE',
        ],
    ],
];
