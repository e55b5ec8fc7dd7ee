<?php

declare(strict_types=1);

use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Artisan;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Tests\Support\Tables;
use Sse\Laravel\Tests\Support\User;

Artisan::command('app:install', function (): void {
    touch(config('database.connections.sqlite.database'));
    DB::statement('PRAGMA journal_mode = WAL');
    Tables::create();
    Schema::create('orders', function (Blueprint $table): void {
        $table->id();
        $table->string('name');
    });
    foreach (['Ani', 'Budi', 'Citra'] as $name) {
        User::query()->create(['name' => $name]);
    }
});

Sse::onSignal('orders.*.changed', function (string $payload, string $channel): array {
    $count = DB::table('orders')->count(); // one query, however many tabs

    return [['orders', ['signal' => $payload, 'from' => $channel, 'count' => $count], 'counted']];
});
