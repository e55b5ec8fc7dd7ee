<?php

declare(strict_types=1);

use Illuminate\Foundation\Http\Middleware\VerifyCsrfToken;
use Illuminate\Support\Facades\Route;
use Sse\Laravel\Http\BroadcastStreamController;

// As with Laravel's own /broadcasting/auth: a change needs the stream's id, which only its owner knows, and so no CSRF token.
Route::middleware(config()->array('sse.broadcasting.middleware', ['web']))
    ->prefix(config()->string('sse.broadcasting.endpoint'))
    ->group(function (): void {
        Route::get('/', [BroadcastStreamController::class, 'open'])->name('sse.broadcasting');
        Route::post('/', [BroadcastStreamController::class, 'change'])
            // The second is its name since Laravel 13.
            ->withoutMiddleware([VerifyCsrfToken::class, 'Illuminate\Foundation\Http\Middleware\PreventRequestForgery']);
    });
