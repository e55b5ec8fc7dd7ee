<?php

declare(strict_types=1);

namespace App\Support;

use Illuminate\Support\Facades\Redis;
use Illuminate\Support\Str;

/**
 * Section 13's producer: a list per user that every tab may read, and a channel that says what was added.
 */
final class History
{
    private const ITEMS = 100;

    private const SECONDS = 3600;

    public static function key(int $userId): string
    {
        return "history:{$userId}";
    }

    public static function channel(int $userId): string
    {
        return "history:{$userId}:added";
    }

    /**
     * @param  array<string, mixed>  $item
     * @return string the item's id, which is also the `id:` of its event
     */
    public static function add(int $userId, array $item): string
    {
        $id = (string) Str::ulid();
        $json = json_encode(['id' => $id] + $item, JSON_THROW_ON_ERROR);

        // One transaction: a tab that hears of the item finds it in the list, and no list is left without an end.
        Redis::transaction(function ($redis) use ($userId, $json): void {
            $redis->rpush(self::key($userId), [$json]);
            $redis->ltrim(self::key($userId), -self::ITEMS, -1);
            $redis->expire(self::key($userId), self::SECONDS);
            $redis->publish(self::channel($userId), $json);
        });

        return $id;
    }
}
