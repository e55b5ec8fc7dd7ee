<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor;

use Illuminate\Contracts\Container\Container;
use Throwable;

/** All checks, in the order in which a person would look: each is worth more when those before it are well. */
final readonly class Doctor
{
    /** @var array<string, list<class-string<Check>>> by heading */
    public const CHECKS = [
        'PHP' => [
            Checks\ExtensionLoaded::class,
            Checks\ExtensionInFpm::class,
            Checks\IniSettings::class,
        ],
        'Application' => [
            Checks\ConfigValid::class,
            Checks\ConfigCache::class,
            Checks\Secret::class,
            Checks\BroadcastDriver::class,
            Checks\BroadcastQueue::class,
            Checks\RestartSignal::class,
            Checks\Heartbeat::class,
            Checks\Redirect::class,
        ],
        'Redis' => [
            Checks\RedisReachable::class,
            Checks\RedisVersion::class,
            Checks\RedisRole::class,
            Checks\RedisEviction::class,
            Checks\RedisPersistence::class,
            Checks\RedisOutputBuffer::class,
            Checks\RedisPrefix::class,
            Checks\RedisClock::class,
        ],
        'Hub' => [
            Checks\HubAnswers::class,
            Checks\HubSocket::class,
            Checks\HubRedis::class,
            Checks\HubVersion::class,
            Checks\OpenFiles::class,
            Checks\Listener::class,
        ],
        'nginx' => [
            Checks\NginxKeepConn::class,
            Checks\NginxReadTimeout::class,
            Checks\NginxBuffering::class,
            Checks\NginxGzip::class,
            Checks\NginxHttp2::class,
            Checks\NginxConnections::class,
            Checks\NginxRedirect::class,
        ],
    ];

    public function __construct(private Container $container)
    {
    }

    /** @return iterable<string, array{string, string, Result}> heading, title and result, by a name that scripts can use */
    public function examine(): iterable
    {
        foreach (self::CHECKS as $heading => $classes) {
            foreach ($classes as $class) {
                $check = $this->container->make($class);
                try {
                    $result = $check->run();
                } catch (Throwable $e) {
                    $result = Result::skipped('This could not be looked at: '.$e->getMessage());
                }
                yield self::name($class) => [$heading, $check->title(), $result];
            }
        }
    }

    /** "redis-version" */
    private static function name(string $class): string
    {
        return strtolower((string) preg_replace('/(?<=[a-z0-9])(?=[A-Z])/', '-', substr($class, (int) strrpos($class, '\\') + 1)));
    }
}
