<?php

declare(strict_types=1);

namespace Sse\Laravel\Broadcasting;

use Illuminate\Broadcasting\Broadcasters\Broadcaster;
use Illuminate\Broadcasting\Broadcasters\UsePusherChannelConventions;
use Illuminate\Broadcasting\BroadcastException;
use Illuminate\Contracts\Auth\Authenticatable;
use Illuminate\Contracts\Container\Container;
use Illuminate\Http\Request;
use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\Exceptions\InvalidTopic;
use Sse\Laravel\Publishing\Event;
use Sse\Laravel\Topic;
use SseException;
use Symfony\Component\HttpKernel\Exception\AccessDeniedHttpException;

/**
 * The broadcast driver `sse`: each channel is a topic, so that a browser that was away gets what it missed.
 *
 * A client hears `event: broadcast` with {"channel", "event", "data", "socket"}; the last three are what Laravel's `redis` driver
 * publishes.
 */
final class SseBroadcaster extends Broadcaster
{
    use UsePusherChannelConventions;

    public const EVENT = 'broadcast';

    /** The container and not the publisher: a test may put a fake there later. */
    public function __construct(private readonly Container $container)
    {
    }

    /**
     * Whether the request's user may listen to the channel in its input `channel_name`.
     *
     * @param  Request  $request
     * @return array{channel_data?: array{user_id: mixed, user_info: mixed}} the member, for presence channels
     *
     * @throws AccessDeniedHttpException
     */
    public function auth($request): array
    {
        $channel = $request->input('channel_name');
        // A name with a line break would match a pattern that ends before it.
        if (! is_string($channel) || InvalidTopic::reason($channel) !== null) {
            throw new AccessDeniedHttpException;
        }
        if (! $this->isGuardedChannel($channel)) {
            return [];
        }
        $name = $this->normalizeChannelName($channel);
        if (! $this->retrieveUser($request, $name)) {
            throw new AccessDeniedHttpException;
        }

        /** @var array{channel_data?: array{user_id: mixed, user_info: mixed}} */
        return $this->verifyUserCanAccessChannel($request, $name);
    }

    /**
     * @param  Request  $request
     * @param  mixed  $result  what the callback in routes/channels.php returned
     * @return array{channel_data?: array{user_id: mixed, user_info: mixed}}
     */
    public function validAuthenticationResponse($request, $result): array
    {
        $channel = $request->string('channel_name')->value();
        if (is_bool($result) || ! str_starts_with($channel, 'presence-')) {
            return [];
        }
        $user = $this->retrieveUser($request, $this->normalizeChannelName($channel));

        return ['channel_data' => ['user_id' => self::identifier($user), 'user_info' => $result]];
    }

    /**
     * @param  array<array-key, mixed>  $channels
     * @param  string  $event
     * @param  array<array-key, mixed>  $payload
     *
     * @throws BroadcastException
     */
    public function broadcast(array $channels, $event, array $payload = []): void
    {
        $socket = $payload['socket'] ?? null;
        unset($payload['socket']);
        $events = array_map(function (mixed $channel) use ($event, $payload, $socket): Event {
            $channel = is_string($channel) ? $channel : '';
            $message = ['channel' => $channel, 'event' => $event, 'data' => (object) $payload, 'socket' => $socket];

            return new Event(Topic::name(self::topic($channel)), $message, self::EVENT);
        }, array_values($this->formatChannels($channels)));

        try {
            if ($events !== []) {
                $this->container->make(Publisher::class)->publish($events);
            }
        } catch (SseException $e) {
            throw new BroadcastException("The event {$event} could not be broadcast: {$e->getMessage()}.", 0, $e);
        }
    }

    /**
     * The topic of a channel: of the same name, except that a public one has a prefix. Everybody may ask for public channels, and
     * must not reach topics that are no channels, such as `user.7`.
     */
    public static function topic(string $channel): string
    {
        return str_starts_with($channel, 'private-') || str_starts_with($channel, 'presence-') ? $channel : "public-{$channel}";
    }

    private static function identifier(mixed $user): mixed
    {
        return match (true) {
            is_object($user) && method_exists($user, 'getAuthIdentifierForBroadcasting') => $user->getAuthIdentifierForBroadcasting(),
            $user instanceof Authenticatable => $user->getAuthIdentifier(),
            default => throw new AccessDeniedHttpException,
        };
    }
}
