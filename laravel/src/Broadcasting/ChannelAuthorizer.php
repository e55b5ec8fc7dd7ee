<?php

declare(strict_types=1);

namespace Sse\Laravel\Broadcasting;

use Error;
use Illuminate\Auth\Access\AuthorizationException;
use Illuminate\Auth\AuthenticationException;
use Illuminate\Broadcasting\Broadcasters\RedisBroadcaster;
use Illuminate\Contracts\Broadcasting\Factory;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Database\Eloquent\ModelNotFoundException;
use Illuminate\Http\Request;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Redis\RedisSettings;
use Symfony\Component\HttpKernel\Exception\HttpExceptionInterface;

/**
 * Asks routes/channels.php, once for each channel, through the broadcaster that its callbacks were registered with.
 *
 * @internal
 */
final readonly class ChannelAuthorizer
{
    /** For a presence channel where there is no Redis to remember who is there: the other channels of the stream work. */
    private const NOT_IMPLEMENTED = 501;

    /** Redis channels between hubs, and beside each topic: with `understand_redis` whoever asked for one as a public channel would read it. */
    private const INTERNAL = '/\Asse(:|-hub\z|-agent)/';

    public function __construct(private Factory $broadcasting, private RedisSettings $redis, private ExceptionHandler $exceptions)
    {
    }

    /**
     * @param  list<string>  $channels
     *
     * @throws InvalidConfiguration
     */
    public function authorize(Request $request, array $channels): Grant
    {
        $broadcaster = $this->broadcasting->connection();
        // Others, such as `log`, allow everything without asking.
        if (! $broadcaster instanceof SseBroadcaster && ! $broadcaster instanceof RedisBroadcaster) {
            throw new InvalidConfiguration('Streams of broadcast channels need the broadcast driver `sse` (or `redis`): set '
                .'BROADCAST_CONNECTION=sse, and clear a cached configuration.');
        }

        $grant = new Grant;
        foreach ($channels as $channel) {
            if (preg_match(self::INTERNAL, $channel) === 1) {
                $grant->refused[$channel] = 403;

                continue;
            }
            if (! $broadcaster->isGuardedChannel($channel)) { // the driver `redis` would ask for an entry
                $grant->add($channel, null);

                continue;
            }
            try {
                $answer = $broadcaster->auth($this->questionFor($request, $channel));
                $grant->add($channel, $this->member(is_string($answer) ? json_decode($answer, true) : $answer));
                if (isset($grant->presence[$channel]) && $this->redis->isMemory()) {
                    unset($grant->presence[$channel]);
                    $grant->refused[$channel] = self::NOT_IMPLEMENTED;
                }
            } catch (HttpExceptionInterface $e) {
                $grant->refused[$channel] = $e->getStatusCode();
            } catch (AuthorizationException $e) {
                $grant->refused[$channel] = $e->status() ?? 403;
            } catch (AuthenticationException) {
                $grant->refused[$channel] = 401;
            } catch (ModelNotFoundException) {
                $grant->refused[$channel] = 404;
            } catch (Error $e) { // such as `int $id` and the channel private-orders.x: it must not take all others along
                $this->exceptions->report($e);
                $grant->refused[$channel] = 500;
            }
        }

        return $grant;
    }

    private function questionFor(Request $request, string $channel): Request
    {
        $question = Request::createFrom($request);
        $question->merge(['channel_name' => $channel]);
        $question->setUserResolver($request->getUserResolver());

        return $question;
    }

    /** @return null|array<array-key, mixed> */
    private function member(mixed $answer): ?array
    {
        $member = is_array($answer) ? $answer['channel_data'] ?? null : null;

        return is_array($member) ? $member : null;
    }
}
