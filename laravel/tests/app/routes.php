<?php

declare(strict_types=1);

use Illuminate\Http\Request;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\Facades\Broadcast;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Route;
use Illuminate\Support\Facades\URL;
use Sse\Laravel\Facades\Sse;
use Sse\Laravel\Tests\Support\Invoice;
use Sse\Laravel\Tests\Support\User;

// Streams

Route::get('/empty', fn () => response(''));
Route::get('/stream/{topic}', fn (string $topic) => Sse::stream($topic)->mode(request('mode', 'auto'))->heartbeat(2));
Route::get('/mine', fn () => Sse::stream())->middleware('auth');
Route::get('/orders', fn () => Sse::stream('orders')
    ->initial(fn () => DB::table('orders')->orderBy('id')->get(), 'order'));
Route::get('/inbox', fn (Request $request) => Sse::stream()
    ->initial(fn () => $request->user()->unreadNotifications->map(fn ($row) => ['id' => $row->id] + $row->data), 'notification'))
    ->middleware('auth');
Route::get('/plain', fn () => response()->stream(function (): void {
    (new SseStream(['redis' => ['host' => '127.0.0.1', 'port' => getenv('REDIS_PORT'), 'prefix' => 'app:'], 'hub' => getenv('HUB')]))
        ->follow('orders')->run();
}));
Route::get('/broken', fn () => Sse::stream('orders')->initial(fn () => DB::table('no_such_table')->get()));

// Below Octane

Route::get('/memory', fn (): array => ['bytes' => memory_get_usage(), 'pid' => getmypid()]);
Route::get('/inline', fn () => Sse::stream('news')->inline()->disconnectedWhen(app('octane.client_is_gone')));
Route::get('/ticking', fn () => Sse::follow()->every(0.1, fn (SseStream $stream) => $stream->event('tick')));

// Security

Route::get('/signed', fn () => Sse::stream('orders'))->middleware('signed')->name('signed');
Route::get('/signed-url', fn () => URL::temporarySignedRoute('signed', now()->addSeconds(30)));
Route::get('/ticket', fn () => Sse::stream('orders')->initial(fn () => [1], 'first')->ticketUrl())->middleware('auth');
Route::get('/token', fn (Request $request) => Sse::token(['orders'], $request->user()))->middleware('auth');
Route::get('/login', fn () => abort(401))->name('login');

// What makes events

Route::prefix('do')->group(function (): void {
    Route::post('/login/{id}', fn (int $id) => Auth::loginUsingId($id) ?: abort(404));
    Route::post('/logout', fn (): array => [Auth::logout()]);
    Route::post('/ban/{id}', fn (int $id) => ['hubs' => Sse::disconnect(User::query()->findOrFail($id))]);
    Route::post('/publish', fn (Request $request) => ['id' => Sse::publish($request->input('topic'), $request->input('data'), $request->input('event'))]);
    Route::post('/order', function (Request $request): array {
        $id = DB::table('orders')->insertGetId(['name' => $request->input('name')]);

        return ['id' => $id, 'event' => Sse::publish('orders', ['id' => $id, 'name' => $request->input('name')], 'order')];
    });
    Route::post('/notify/{id}', fn (int $id, Request $request) => User::query()->findOrFail($id)->notify(new Invoice((int) $request->input('total'))));
    Route::post('/broadcast', function (Request $request): void {
        $event = Broadcast::on($request->input('channel'))->as($request->input('event'))->with($request->input('data', []));
        ($request->boolean('others') ? $event->toOthers() : $event)->sendNow();
    });
});
