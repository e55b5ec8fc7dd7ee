<?php

declare(strict_types=1);

namespace Sse\Laravel;

use BackedEnum;
use Illuminate\Contracts\Auth\Authenticatable;
use Illuminate\Contracts\Broadcasting\HasBroadcastChannel;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Database\Eloquent\Model;
use InvalidArgumentException;
use Sse\Laravel\Exceptions\InvalidTopic;
use Stringable;

/** Names of topics, from whatever stands for one. */
final readonly class Topic
{
    public function __construct(private Repository $config)
    {
    }

    /**
     * @param  string|Stringable|BackedEnum|HasBroadcastChannel  $topic  a Stringable such as Laravel's PrivateChannel; a model stands
     *                                                                   for its broadcast channel, "App.Models.Order.7"
     *
     * @throws InvalidTopic
     */
    public static function name(string|Stringable|BackedEnum|HasBroadcastChannel $topic): string
    {
        $name = match (true) {
            $topic instanceof HasBroadcastChannel => $topic->broadcastChannel(),
            $topic instanceof BackedEnum => (string) $topic->value,
            default => (string) $topic,
        };
        InvalidTopic::throwUnlessValid($name);

        return $name;
    }

    /** The topic of a user, after the setting sse.user_topic. */
    public function ofUser(mixed $user): string
    {
        $pattern = $this->config->get('sse.user_topic');

        return self::name(str_replace('{id}', self::userId($user), is_string($pattern) ? $pattern : 'user.{id}'));
    }

    /**
     * What names a user to the hub, and in topics.
     *
     * @param  mixed  $user  a model, any Authenticatable, or the id itself
     *
     * @throws InvalidArgumentException
     */
    public static function userId(mixed $user): string
    {
        $id = match (true) {
            $user instanceof Authenticatable => $user->getAuthIdentifier(),
            $user instanceof Model => $user->getKey(),
            default => $user,
        };
        if ((! is_string($id) && ! is_int($id) && ! $id instanceof Stringable) || strlen((string) $id) < 1 || strlen((string) $id) > 256) {
            throw new InvalidArgumentException('A user is a model, an Authenticatable, or an id of 1 to 256 bytes; '.get_debug_type($user).' given'
                .(is_string($id) ? ' with '.strlen($id).' bytes' : '').'.');
        }

        return (string) $id;
    }
}
