<?php

declare(strict_types=1);

namespace Sse\Laravel\Http;

use Illuminate\Contracts\Config\Repository;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Str;
use Sse\Laravel\Broadcasting\ChannelAuthorizer;
use Sse\Laravel\Broadcasting\Grant;
use Sse\Laravel\Broadcasting\SseBroadcaster;
use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\Exceptions\InvalidTopic;
use Sse\Laravel\SseManager;
use Sse\Laravel\Streaming\PendingStream;
use Sse\Laravel\Topic;
use SseStream;
use Symfony\Component\HttpKernel\Exception\BadRequestHttpException;

/** The stream of the Echo connector, and changes of its channels while it is open. */
final readonly class BroadcastStreamController
{
    /** A topic that nobody publishes to. */
    private const NO_CHANNEL = 'sse:none';

    public function __construct(private Repository $config, private ChannelAuthorizer $authorizer)
    {
    }

    /** GET ?channels[]=private-orders.1&channels[]=… */
    public function open(Request $request, SseManager $sse): PendingStream
    {
        $grant = $this->authorizer->authorize($request, $this->names($request->query('channels')));
        $id = Str::random(40);
        $connected = [
            'stream' => $id,
            'channels' => $grant->channels(),
            'refused' => (object) $grant->refused,
        ];

        // Without a channel yet, the stream still has to be somewhere that channels can be joined to.
        $stream = $sse->follow(...($grant->channels() === [] ? [self::NO_CHANNEL] : []))
            ->id($id)
            ->first(function (SseStream $stream) use ($connected): void {
                $stream->event($connected, 'sse:connected');
            });
        $grant->applyTo($stream, $this->understandsRedis());

        return $stream;
    }

    /** POST {"stream": "…", "join": ["private-orders.2"], "leave": ["private-orders.1"]} */
    public function change(Request $request, Publisher $publisher): JsonResponse
    {
        $stream = $request->input('stream');
        if (! is_string($stream) || preg_match('/\A[A-Za-z0-9_-]{1,64}\z/', $stream) !== 1) {
            throw new BadRequestHttpException('"stream" must be the id that sse:connected brought.');
        }
        $leave = $this->names($request->input('leave'));
        $grant = $this->authorizer->authorize($request, $this->names($request->input('join')));
        $user = $request->user();
        $owner = $user === null ? null : Topic::userId($user);

        return new JsonResponse([
            'joined' => $grant->channels(),
            'refused' => (object) $grant->refused,
            'reconnect' => ! $this->tellHubs($publisher, $stream, $grant, $leave, $owner),
        ]);
    }

    /**
     * False when no hub can have heard it: the stream is held by a worker.
     *
     * @param  list<string>  $leave
     */
    private function tellHubs(Publisher $publisher, string $stream, Grant $grant, array $leave, ?string $owner): bool
    {
        $heard = 1;
        if ($leave !== []) {
            $heard = $publisher->leave($stream, Grant::leaving($leave, $owner, $this->understandsRedis()));
        }
        if ($grant->channels() !== []) {
            $heard = $publisher->join($stream, $grant->subscription($owner, $this->understandsRedis()));
        }

        return $heard > 0;
    }

    /** @return list<string> */
    private function names(mixed $given): array
    {
        $names = array_values((array) ($given ?? []));
        $most = $this->config->get('sse.broadcasting.max_channels');
        if (count($names) > (is_numeric($most) ? (int) $most : 100)) {
            throw new BadRequestHttpException('Too many channels for one stream; sse.broadcasting.max_channels is the limit.');
        }
        foreach ($names as $name) {
            $reason = is_string($name) ? InvalidTopic::reason($name) ?? InvalidTopic::reason(SseBroadcaster::topic($name)) : 'is no string';
            if ($reason !== null) {
                throw new BadRequestHttpException("A channel's name {$reason}.");
            }
        }

        /** @var list<string> $names */
        return array_values(array_unique($names)); // as text: "1e1" is not "10"
    }

    private function understandsRedis(): bool
    {
        return (bool) $this->config->get('sse.broadcasting.understand_redis');
    }
}
