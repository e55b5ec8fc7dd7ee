<?php

/**
 * @generate-class-entries
 *
 * The public surface of the `sse` extension. `tools/arginfo` turns this file into sse_arginfo.h; never edit that one.
 */

/**
 * Every failure that is not the caller's argument: Redis refused, a wrong password, WRONGTYPE, headers already sent.
 * (A wrong option or argument is a ValueError or TypeError.)
 */
class SseException extends RuntimeException
{
}

/**
 * One Server-Sent Events response. Sources are declared first, then run() serves them until the stream ends.
 *
 * @strict-properties
 * @not-serializable
 */
final class SseStream
{
    /**
     * The hub carries the connection now; the worker is free.
     *
     * @var string
     */
    public const HANDED_OVER = "handed over";
    /**
     * The client closed the connection.
     *
     * @var string
     */
    public const DISCONNECTED = "disconnected";
    /**
     * stop() was called.
     *
     * @var string
     */
    public const STOPPED = "stopped";
    /**
     * `maxLifetime` passed; the client reconnects and continues from its id.
     *
     * @var string
     */
    public const EXPIRED = "expired";
    /**
     * The client was sent to the hub's listener with a ticket; the worker is free.
     *
     * @var string
     */
    public const REDIRECTED = "redirected";
    /**
     * The hub could not carry the stream, and as many streams as `sse.max_inline` allows are served inline already, or
     * this is `php -S` with its one process: the client comes back in a few seconds.
     *
     * @var string
     */
    public const TURNED_AWAY = "turned away";

    /**
     * Options, all optional:
     *
     *     redis           string|array   a DSN or Laravel's connection array; default: ini sse.redis
     *     hub             ?string        path of the hub's control socket, null for none; default: ini sse.hub
     *     mode            string         auto, handoff, redirect, inline; default: ini sse.mode
     *     redirect        ?string        where the hub's listener is: a path that nginx leads there (X-Accel-Redirect), or a
     *                                    URL (307), null for nowhere; default: ini sse.redirect
     *     heartbeat       int|float      seconds between two heartbeats, 0 = none; default 25
     *     heartbeatStyle  string         event (`event: ping`) or comment; default event
     *     retry           ?int           milliseconds that the client is told to wait before it reconnects
     *     maxLifetime     int|float      seconds after which the stream ends (EXPIRED), 0 = never; default 0
     *     user            ?string        whose stream this is, for SsePublisher::disconnect() and the hub's maxPerUser
     *     id              ?string        1 to 64 characters of A-Z, a-z, 0-9, _ and -: the name under which others find this stream
     *                                    in the hub, unique to it; an inline stream has no use for it
     *     lastEventId     ?string        instead of what the client sent
     *
     * @throws ValueError|TypeError naming the option
     */
    public function __construct(array $options = []) {}

    /** The id to continue from: option `lastEventId`, header Last-Event-ID, ?lastEventId= or ?last_seen_id=. Untrusted input. */
    public function lastEventId(): ?string {}

    /**
     * Sends one event. Strings go out as they are, one `data:` line for each of their lines; anything else as JSON.
     *
     * @throws ValueError an event name or id with a line break or NUL, a negative retry
     * @throws JsonException data that has no JSON form
     */
    public function event(mixed $data, ?string $event = null, ?string $id = null, ?int $retry = null): static {}

    /** Sends a comment, which clients ignore. */
    public function comment(string $text = ""): static {}

    /** Forwards what PUBLISH sends to these channels: at most once, nothing is stored. */
    public function subscribe(string ...$channels): static {}

    /** Like subscribe(), for glob-style patterns. */
    public function psubscribe(string ...$patterns): static {}

    /**
     * Forwards what Laravel's `redis` broadcast driver PUBLISHes to these channels: as subscribe(), but as `event: broadcast`
     * with data {"channel":"name","event":…,"data":…,"socket":…}, the payload's members behind the channel's name. What is no
     * JSON object becomes {"channel":"name","payload":"…"}.
     */
    public function broadcast(string ...$channels): static {}

    /**
     * Forwards the topics that SsePublisher::publish() writes: in order, at least once, resumable by Last-Event-ID.
     * Where the log no longer reaches back to the client's id, `event: gap` says so.
     */
    public function follow(string ...$topics): static {}

    /**
     * Follows the topic, and while the stream is open the user is present there. Needs Redis, not "memory:".
     *
     * All who follow the topic get, as `event: broadcast` with an id, when the user's first stream joins and when the last one
     * has been gone for 3 seconds:
     *
     *     {"channel":"<topic>","event":"presence:joining","data":<member>}     and "presence:leaving"
     *
     * This stream gets, without an id, once it follows and again when it may have missed some of these:
     *
     *     {"channel":"<topic>","event":"presence:subscribed","data":[<member>, …]}     one for each user, this one too
     *
     * @param string $user 1 to 256 bytes
     * @param mixed $member what others are told: any value with a JSON form of at most 4096 bytes and 32 levels
     * @throws JsonException a member that has no JSON form
     */
    public function presence(string $topic, string $user, mixed $member): static {}

    /** Takes items from lists with BLPOP; each item goes to one consumer. An item that was popped but not written goes back. */
    public function queue(string ...$keys): static {}

    /**
     * Sends the items of a list (LRANGE, nothing is removed) after the one whose JSON member "id" is lastEventId().
     *
     * @param int $last only the newest $last items, -1 for all
     */
    public function history(string $key, int $last = -1): static {}

    /**
     * Calls back every $seconds, the first time after $seconds.
     *
     * @param callable $callback fn(SseStream): void
     */
    public function every(float $seconds, callable $callback): static {}

    /**
     * The newest id of a topic; of one that has no events yet, the newest id of all. Take it before a database query: what
     * follow() of this topic sends then begins right after it.
     *
     * @throws SseException Redis could not be asked
     */
    public function cursor(string $topic): string {}

    /**
     * Turns each message into an event before it is sent.
     *
     * @param callable $map fn(payload, source): an event (array with any of data, event, id, retry), a list of events, or
     *     null to drop the message. What is not given stays as it came; data defaults to the payload.
     */
    public function onMessage(callable $map): static {}

    /**
     * Sends the headers and serves the stream until it ends, or hands it over to the hub (mode handoff), or sends the client
     * there (mode redirect). Mode auto does what can be done, in this order; a stream with onMessage(), every() or history()
     * is always served inline. After HANDED_OVER, REDIRECTED and TURNED_AWAY, what the script writes is thrown away.
     *
     * @return string why it ended: one of the class constants
     * @throws SseException Redis is unreachable or refuses, or the response has already begun as something else
     */
    public function run(): string {}

    /**
     * Instead of run(): a single-use key to this stream, with what event() and comment() have queued, for a request to the hub's
     * listener (`GET /sse?ticket=…`). For servers that send their own headers, such as Swoole, and pages that connect by themselves.
     *
     * @param int $ttl seconds until the ticket expires, 1 to 3600
     * @return string 43 characters, safe in a URL
     * @throws SseException the stream has onMessage(), every() or history(); the hub is not there; Redis is unreachable or refuses
     */
    public function ticket(int $ttl = 30): string {}

    /** Ends run() as soon as the current callback returns. */
    public function stop(): void {}

    /** Whether the client is still there, as far as can be known without writing. */
    public function isConnected(): bool {}

    /** The bytes of one event, for those who write them themselves. */
    public static function encode(mixed $data, ?string $event = null, ?string $id = null, ?int $retry = null): string {}
}

/**
 * Channels, patterns, lists, timers and signals in one loop: for artisan commands, queue daemons and Octane processes.
 *
 * @strict-properties
 * @not-serializable
 */
final class RedisSubscriber
{
    /**
     * @param string|array $redis a DSN or Laravel's connection array; [] for the ini setting sse.redis
     * @throws ValueError naming the part that is wrong
     */
    public function __construct(string|array $redis = []) {}

    /**
     * @param string|array $names one or more channels
     * @param callable $callback fn(payload, channel): void
     */
    public function subscribe(string|array $names, callable $callback): static {}

    /**
     * @param string|array $names one or more patterns
     * @param callable $callback fn(payload, channel): void
     */
    public function psubscribe(string|array $names, callable $callback): static {}

    /**
     * Takes items from lists; one whose callback throws goes back to the head of its list.
     *
     * @param string|array $names one or more lists, the first served first
     * @param callable $callback fn(payload, list): void
     */
    public function blpop(string|array $names, callable $callback): static {}

    /** @param callable $callback fn(RedisSubscriber): void */
    public function every(float $seconds, callable $callback): static {}

    /**
     * Calls back within half a second of the signal while run() is running.
     *
     * @param callable $callback fn(signal number): void
     */
    public function onSignal(int $signal, callable $callback): static {}

    /**
     * One Redis command on a second connection, which is opened when it is first needed. The prefix is not added to keys.
     * Not for commands that block longer than `read_timeout`.
     *
     * @return mixed Redis' reply: string, int, list or null
     * @throws SseException Redis' error, or no connection
     */
    public function command(string $name, string|int|float ...$arguments): mixed {}

    /**
     * Serves the subscriptions, and reconnects for as long as it takes when Redis goes away.
     *
     * @param float $seconds how long; 0 until stop()
     * @throws SseException the first connection cannot be made, or Redis refuses a subscription
     */
    public function run(float $seconds = 0.0): void {}

    public function stop(): void {}
}

/**
 * Publishes events for follow(), and speaks to the hub. Needs no other Redis client.
 *
 * @strict-properties
 * @not-serializable
 */
final class SsePublisher
{
    /**
     * @param string|array $redis a DSN or Laravel's connection array; [] for the ini setting sse.redis; "memory:" for the broker
     *     inside the hub, which is found by ini sse.hub
     */
    public function __construct(string|array $redis = []) {}

    /**
     * Writes the event to the topic's log and signals it, in one atomic step.
     *
     * @return string the id of the entry, which is also the `id:` of the event
     * @throws ValueError an empty topic, an event name with a line break or NUL
     * @throws SseException Redis is unreachable or refuses
     */
    public function publish(string $topic, mixed $data, ?string $event = null): string {}

    /**
     * Writes many events as publish() does, in order and in as few round trips as can be. All are checked before the first is
     * sent; each is one atomic step, not all together.
     *
     * @param array $events list of [topic, data] or [topic, data, event]
     * @return string[] their ids, in the same order
     * @throws ValueError|TypeError naming the index and the part that is wrong: nothing was published
     * @throws SseException Redis is unreachable or refuses: says why, and how many were published
     */
    public function publishMany(array $events): array {}

    /**
     * Makes a ticket for one request to the hub's listener (`GET /sse?ticket=…`), which serves what the subscription says:
     *
     *     follow, subscribe, psubscribe, queue, broadcast   string|string[]   at least one of them, or presence
     *     presence        array             topic => ['user' => string, 'member' => mixed]
     *     user            ?string
     *     id              ?string
     *     heartbeat       int|float
     *     heartbeatStyle  string
     *     retry           ?int
     *     maxLifetime     int|float
     *     lastEventId     ?string
     *
     * They mean what the methods and options of SseStream mean.
     *
     * @param int $ttl seconds until the ticket expires, 1 to 3600
     * @return string 43 characters, safe in a URL
     * @throws ValueError|TypeError naming the key
     * @throws SseException Redis (with "memory:", the hub) is unreachable or refuses
     */
    public function ticket(array $subscription, int $ttl = 30): string {}

    /**
     * Who is present in a topic.
     *
     * @return array user => what others are told of them, objects as arrays
     * @throws SseException Redis is unreachable or refuses; "memory:" has no presence
     */
    public function members(string $topic): array {}

    /**
     * Ends all streams that hubs of this Redis and prefix hold for a user, as after a logout.
     *
     * @return int how many hubs heard it; with "memory:", how many streams ended
     * @throws SseException Redis (with "memory:", the hub) is unreachable or refuses
     */
    public function disconnect(string $user): int {}

    /**
     * Adds sources to a stream that a hub holds, found by its option `id`. Topics begin from now. Once all of them are live
     * the stream gets `event: sse:joined` with data {"channels":[…]}; when a hub cannot do it (the stream is gone, or another
     * user's, or being handed over) it gets nothing, and the hub's log says why.
     *
     *     follow, subscribe, psubscribe, queue, broadcast   string|string[]   at least one of them, or presence
     *     presence        array             topic => ['user' => string, 'member' => mixed]
     *     user            ?string           the stream's own; null: it has none
     *
     * @return int how many hubs heard it; with "memory:", 1 when it was done, else 0
     * @throws ValueError|TypeError naming the key
     * @throws SseException Redis (with "memory:", the hub) is unreachable or refuses
     */
    public function join(string $stream, array $subscription): int {}

    /**
     * The opposite of join(), with the same keys; presence takes topics like follow. A stream that has left everything stays open.
     *
     * @return int as of join()
     * @throws ValueError|TypeError naming the key
     * @throws SseException Redis (with "memory:", the hub) is unreachable or refuses
     */
    public function leave(string $stream, array $names): int {}
}

/**
 * The process that holds the streams: one for many thousand clients. Below the command line's PHP only.
 *
 * @strict-properties
 * @not-serializable
 */
final class SseHub
{
    /**
     * Options; `control` is required:
     *
     *     control       string            path of the control socket, over which PHP workers hand connections over
     *     listen        ?string           address of the HTTP listener: 127.0.0.1:8088, [::1]:8088 or unix:/path; default none
     *     path          string            of the streams; default /sse
     *     redis         string|array      a DSN, Laravel's connection array, or "memory:" for a broker inside the hub; default:
     *                                     ini sse.redis
     *     workers       int               processes, at most 64, which run() starts and replaces when they die; each one is a hub
     *                                     at a control socket of its own (control, control.2, …), signals and stats() are for
     *                                     all, maxPerUser, maxPerIp and maxChannels are for each; not with "memory:"; default 1
     *     maxClients    int               streams in all; default 10000
     *     maxPerUser    int               streams of one user, the oldest gives way, 0 = no limit; default 0
     *     maxPerIp      int               connections of one address to the listener, streams among them, 0 = no limit; an IPv6
     *                                     address stands for its network of 64 bits; behind a proxy all have the proxy's
     *                                     address, and the limit is the proxy's to set; default 0
     *     maxChannels   int               topics, channels, patterns and lists that all streams together may listen to, 0 = no
     *                                     limit; default 0
     *     clientBuffer  int               bytes that may wait for one client, at least 4096; default 1048576
     *     overflow      string            what happens then: cut (the client comes back and resumes), drop-oldest, latest (only
     *                                     the newest of each event name is kept); default cut
     *     drain         int|float         seconds that the end may take after SIGTERM; default 5
     *     jwtSecret     ?string           at least 32 bytes: accept tokens signed with it (HS256); default none
     *     cors          string[]|string|null  origins that may read the listener's answers, or "*" for any, which then cannot use
     *                                     cookies; default none
     *     takeover      bool              take the streams of the hub that is running at `control`; default false
     *
     * @throws ValueError|TypeError naming the option
     */
    public function __construct(array $options) {}

    /**
     * Serves until SIGTERM or SIGINT, or until another hub has taken over. No PHP code runs meanwhile, signal handlers included.
     *
     * @throws SseException another hub is running at `control`, the address is in use, …
     */
    public function run(): void {}

    /** A run() that has not begun returns at once. */
    public function stop(): void {}

    /**
     * What a running hub counts.
     *
     * @param string $control path of its control socket
     * @throws SseException no hub answers there
     */
    public static function stats(string $control): array {}
}
