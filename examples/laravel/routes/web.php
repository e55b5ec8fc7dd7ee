<?php

declare(strict_types=1);

use App\Http\Controllers\Desk;
use App\Http\Controllers\HubStatusController;
use App\Http\Controllers\LoginController;
use App\Http\Controllers\ReadController;
use App\Http\Controllers\RegisterController;
use App\Http\Controllers\Sse;
use App\Http\Controllers\TriggerController;
use App\Http\Middleware\BufferOutput;
use App\Support\Sections;
use Illuminate\Support\Facades\Route;

Route::get('/login', LoginController::class)->name('login');

// These bring their authorisation along in the URL; section 7 takes the session as well.
Route::get('/sse/token', [Sse\SecurityController::class, 'token'])->name('sse.token');
Route::get('/sse/signed/{user}', [Sse\SecurityController::class, 'signed'])
    ->middleware('signed:relative')->name('sse.signed');
Route::get('/sse/hub', [Sse\HubController::class, 'handoff']);
Route::get('/sse/hub/redirect', [Sse\HubController::class, 'redirect']);

Route::middleware('auth')->group(function (): void {
    Route::redirect('/', '/live');
    Route::get('/live', [Desk\DeskController::class, 'live']);
    Route::get('/live/streams', [Desk\DeskController::class, 'streams']);
    Route::get('/live/bell/stream', Desk\BellController::class);
    Route::get('/live/figures/stream', [Desk\FiguresController::class, 'stream']);
    Route::get('/live/metrics', [Desk\FiguresController::class, 'metrics']);
    Route::get('/live/orders', [Desk\OrderController::class, 'index']);
    Route::post('/live/orders', [Desk\OrderController::class, 'store']);
    Route::post('/live/orders/{order}/advance', [Desk\OrderController::class, 'advance']);

    Route::get('/sections', fn () => view('sections', ['sections' => Sections::all(), 'user' => auth()->user()]));
    Route::get('/hub', HubStatusController::class);

    Route::get('/sse/basics', Sse\BasicsController::class);
    Route::get('/sse/cache', Sse\CacheController::class);
    Route::get('/sse/database', Sse\DatabaseController::class);
    Route::get('/sse/flag', Sse\FlagController::class);
    Route::get('/sse/pubsub', Sse\PubSubController::class);
    Route::get('/sse/signal', Sse\SignalController::class);
    Route::get('/sse/headers', Sse\HeadersController::class)->middleware([BufferOutput::class, 'throttle:600,1']);
    Route::get('/sse/ticket', [Sse\SecurityController::class, 'ticket']);
    Route::get('/sse/ticket/hub', [Sse\HubController::class, 'token']);
    Route::get('/sse/cookie', [Sse\SecurityController::class, 'cookie']);
    Route::get('/sse/worker', Sse\WorkerController::class);
    Route::get('/sse/worker-list', Sse\WorkerListController::class);
    Route::get('/sse/heartbeat', Sse\HeartbeatController::class);
    Route::get('/sse/history', Sse\HistoryController::class);
    Route::get('/sse/crowd', Sse\CrowdController::class);

    Route::post('/users', RegisterController::class);
    Route::post('/notifications/read', ReadController::class);
    Route::post('/trigger/cache', [TriggerController::class, 'cache']);
    Route::post('/trigger/publish', [TriggerController::class, 'publish']);
    Route::post('/trigger/worker', [TriggerController::class, 'worker']);
    Route::post('/trigger/history', [TriggerController::class, 'history']);
    Route::post('/trigger/announce', [TriggerController::class, 'announce']);
});
