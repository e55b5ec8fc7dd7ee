<?php

declare(strict_types=1);

namespace Sse\Laravel\Broadcasting;

use Sse\Laravel\Streaming\PendingStream;

/**
 * Which channels a user may listen to.
 *
 * @internal
 */
final class Grant
{
    /** @var list<string> public and private ones */
    public array $plain = [];

    /** @var array<string, array{user: string, member: mixed}> what the callback in routes/channels.php returned, by channel */
    public array $presence = [];

    /** @var array<string, int> HTTP status by channel */
    public array $refused = [];

    /** @param  null|array<array-key, mixed>  $member */
    public function add(string $channel, ?array $member): void
    {
        $user = $member['user_id'] ?? null;
        if (str_starts_with($channel, 'presence-') && is_scalar($user)) {
            $this->presence[$channel] = ['user' => (string) $user, 'member' => $member['user_info'] ?? null];
        } elseif (str_starts_with($channel, 'presence-')) {
            $this->refused[$channel] = 403; // the callback returned true instead of who the user is
        } else {
            $this->plain[] = $channel;
        }
    }

    /** @return list<string> */
    public function channels(): array
    {
        return [...$this->plain, ...array_map(strval(...), array_keys($this->presence))];
    }

    public function applyTo(PendingStream $stream, bool $understandRedis): void
    {
        $stream->follow(...array_map(SseBroadcaster::topic(...), $this->plain));
        foreach ($this->presence as $channel => ['user' => $user, 'member' => $member]) {
            $stream->presence((string) $channel, $user, $member);
        }
        if ($understandRedis) {
            $stream->broadcast(...$this->channels());
        }
    }

    /** @return array<string, mixed> for SsePublisher::join() */
    public function subscription(?string $user, bool $understandRedis): array
    {
        return self::sources($this->plain, $this->presence, $understandRedis ? $this->channels() : [], $user);
    }

    /**
     * @param  list<string>  $channels
     * @return array<string, mixed> for SsePublisher::leave()
     */
    public static function leaving(array $channels, ?string $user, bool $understandRedis): array
    {
        $presence = array_values(array_filter($channels, fn (string $name): bool => str_starts_with($name, 'presence-')));

        return self::sources(array_values(array_diff($channels, $presence)), $presence, $understandRedis ? $channels : [], $user);
    }

    /**
     * @param  list<string>  $plain
     * @param  array<array-key, mixed>  $presence
     * @param  list<string>  $broadcast
     * @return array<string, mixed>
     */
    private static function sources(array $plain, array $presence, array $broadcast, ?string $user): array
    {
        return array_filter([
            'follow' => array_map(SseBroadcaster::topic(...), $plain),
            'presence' => $presence,
            'broadcast' => $broadcast,
            'user' => $user,
        ], fn (mixed $value): bool => $value !== null && $value !== []);
    }
}
