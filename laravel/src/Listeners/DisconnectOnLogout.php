<?php

declare(strict_types=1);

namespace Sse\Laravel\Listeners;

use Illuminate\Auth\Events\CurrentDeviceLogout;
use Illuminate\Auth\Events\Logout;
use Illuminate\Auth\Events\OtherDeviceLogout;
use Illuminate\Contracts\Auth\Authenticatable;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Sse\Laravel\Contracts\Publisher;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Topic;
use SseException;

/** Ends the streams of a user who logs out, here or on other devices. Browsers that are still logged in come back by themselves, through route and session. */
final readonly class DisconnectOnLogout
{
    public const EVENTS = [Logout::class, CurrentDeviceLogout::class, OtherDeviceLogout::class];

    public function __construct(private Repository $config, private Publisher $publisher, private ExceptionHandler $exceptions)
    {
    }

    public function handle(Logout|CurrentDeviceLogout|OtherDeviceLogout $logout): void
    {
        /** @var ?Authenticatable $user Laravel passes null when nobody was logged in */
        $user = $logout->user;
        if ($user === null || ! $this->config->get('sse.disconnect_on_logout', true)) {
            return;
        }
        try {
            $this->publisher->disconnect(Topic::userId($user));
        } catch (SseException|InvalidConfiguration $e) {
            $this->exceptions->report($e); // a Redis that is away keeps nobody from logging out
        }
    }
}
