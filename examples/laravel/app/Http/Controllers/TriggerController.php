<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Http\Controllers\Sse\CrowdController;
use App\Support\Demo;
use App\Support\History;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Redis;
use Illuminate\Support\Str;
use Sse\Laravel\Facades\Sse;

/**
 * The buttons of the page that need no registration: each writes to Redis as the producer of its section does.
 */
final class TriggerController
{
    /** Section 2: RPUSH to the list that section 2 waits at, with the minute that Cache::put() gave it. */
    public function cache(Request $request): JsonResponse
    {
        $item = $this->item($request, 'From the list');

        Redis::transaction(function ($redis) use ($item): void {
            $redis->rpush('notifications', [json_encode($item, JSON_THROW_ON_ERROR)]);
            $redis->expire('notifications', 60);
        });

        return response()->json($item, 201);
    }

    /** Section 5: the payload by PUBLISH. Sections 9 and 12: into the log of the topic. */
    public function publish(Request $request): JsonResponse
    {
        $item = $this->item($request, 'Published');
        $name = "notifications:{$request->user()->id}";
        $receivers = 0;

        if (Demo::hasRedis()) {
            $receivers = Redis::publish($name, json_encode($item, JSON_THROW_ON_ERROR));
        }

        Sse::publish($name, $item);

        return response()->json($item + ['receivers' => $receivers], 201);
    }

    /** Sections 10 and 11: a message for the worker commands. */
    public function worker(Request $request): JsonResponse
    {
        $item = ['user_id' => $request->user()->id] + $this->item($request, 'For the worker');
        $message = json_encode($item, JSON_THROW_ON_ERROR);
        Redis::publish('notif-channel', $message);
        Redis::rpush('notif-queue', $message);

        return response()->json($item, 201);
    }

    /** To everybody, with the time to the tenth of a millisecond: examples/many.php looks how long the last one waits. */
    public function announce(Request $request): JsonResponse
    {
        $item = ['at' => round(microtime(true) * 1000, 1)] + $this->item($request, 'To everybody');
        Sse::publish(CrowdController::TOPIC, $item, 'notification');

        return response()->json($item, 201);
    }

    /** Section 13: an item for all tabs. */
    public function history(Request $request): JsonResponse
    {
        $item = $this->item($request, 'For every tab');
        unset($item['id']);

        return response()->json(['id' => History::add($request->user()->id, $item)] + $item, 201);
    }

    /**
     * @return array{id: string, title: string, message: string, at: int}
     */
    private function item(Request $request, string $title): array
    {
        ['message' => $message] = $request->validate(['message' => ['required', 'string', 'max:1000']]);

        return [
            'id' => (string) Str::ulid(),
            'title' => $title,
            'message' => $message,
            'at' => now()->getTimestampMs(),
        ];
    }
}
