<?php

declare(strict_types=1);

namespace Sse\Laravel\Streaming;

use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Debug\ExceptionHandler;
use Illuminate\Http\Request;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Exceptions\StreamNotPossible;
use Sse\Laravel\Redis\RedisSettings;
use SseException;
use SseStream;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\HttpFoundation\StreamedResponse;

/**
 * Turns a plan into a response, in the way that the server below allows.
 *
 * @internal
 */
class Opener
{
    private const HEADERS = [
        'Content-Type' => 'text/event-stream; charset=utf-8',
        'Cache-Control' => 'no-cache, no-transform',
        'X-Accel-Buffering' => 'no',
    ];

    /** How long a client that could not be served waits, ms: spread, or all would come back at once. */
    private const RETRY = [2000, 8000];

    public function __construct(
        private readonly Repository $config,
        private readonly RedisSettings $redis,
        private readonly ExceptionHandler $exceptions,
        private readonly Server $server,
    ) {
    }

    /** @throws StreamNotPossible */
    public function respond(Plan $plan, Request $request): Response
    {
        if ($plan->isEmpty()) {
            throw new StreamNotPossible('This stream has no source: name a topic in Sse::stream(), or call subscribe(), queue() or every(). '
                .'Sse::stream() alone follows the user who is logged in, and nobody is: put the middleware `auth` before it.');
        }
        if ($this->server->showsConnection() || $plan->mode === Mode::Inline) {
            $this->refuseBuffered();

            return new StreamedResponse(fn () => $this->run($plan, $request), 200, self::HEADERS);
        }
        $this->refuseWithoutRedirect($plan);

        return $this->redirect($plan, $request);
    }

    public function ticketUrl(Plan $plan): string
    {
        $place = $this->redirectPlace()
            ?? throw new InvalidConfiguration('A ticket needs the address of the hub\'s listener: set sse.redirect (SSE_REDIRECT).');

        return self::withTicket($place, $this->prepare($plan, null)->ticket());
    }

    /** Runs in the response's callback, after the session was saved. */
    private function run(Plan $plan, Request $request): void
    {
        try {
            $stream = $this->prepare($plan, $request);
        } catch (SseException $e) {
            // Any status but 200 would make EventSource give up for good.
            $this->exceptions->report($e);
            echo self::comeBack();

            return;
        }
        try {
            $stream->run();
        } catch (SseException $e) {
            if (! headers_sent()) {
                throw $e; // nothing was sent, as waiting does not mend it
            }
            $this->exceptions->report($e);
        }
    }

    private function redirect(Plan $plan, Request $request): Response
    {
        try {
            $place = self::withTicket((string) $this->redirectPlace(), $this->prepare($plan, $request)->ticket());
        } catch (SseException $e) {
            $this->exceptions->report($e);

            return new Response(self::comeBack(), 200, self::HEADERS);
        }
        // A path is nginx's to follow, and the client does not see the ticket.
        $isInternal = str_starts_with($place, '/');

        return new Response('', $isInternal ? 200 : 307, [
            $isInternal ? 'X-Accel-Redirect' : 'Location' => $place,
            'Cache-Control' => 'no-store',
            'Referrer-Policy' => 'no-referrer',
        ]);
    }

    /** @throws SseException Redis could not be asked */
    private function prepare(Plan $plan, ?Request $request): SseStream
    {
        $stream = new SseStream($this->options($plan, $request));
        if ($plan->first !== null) {
            ($plan->first)($stream);
        }
        if ($plan->rows !== [] && $stream->lastEventId() === null) {
            foreach ($plan->topics() as $topic) {
                $stream->cursor($topic);
            }
            foreach ($plan->rows as $rows) {
                $rows->sendTo($stream);
            }
        }
        $plan->declareTo($stream);
        foreach ($plan->goneWhen as $isGone) {
            $stream->every(1.0, function (SseStream $stream) use ($isGone): void {
                if ($isGone()) {
                    $stream->stop();
                }
            });
        }

        return $stream;
    }

    /** @return array<string, mixed> */
    private function options(Plan $plan, ?Request $request): array
    {
        $options = [
            'redis' => $this->redis->resolve(),
            'hub' => $this->config->get('sse.hub'),
            'mode' => $plan->mode->value,
            'redirect' => $this->redirectPlace(),
            'heartbeat' => $plan->heartbeat,
            'retry' => $plan->retry,
            'maxLifetime' => $plan->lifetime,
            'user' => $plan->user,
        ];
        if ($plan->id !== null) {
            $options['id'] = $plan->id;
        }
        if ($request !== null && ! $this->server->showsConnection()) {
            $id = $request->header('Last-Event-ID') ?? $request->query('lastEventId') ?? $request->query('last_seen_id');
            $options['lastEventId'] = is_string($id) && $id !== '' && strpbrk($id, "\r\n\0") === false ? $id : null;
        }

        return $options;
    }

    private function redirectPlace(): ?string
    {
        $place = $this->config->get('sse.redirect');

        return is_string($place) && $place !== '' ? $place : null;
    }

    private function refuseBuffered(): void
    {
        if ($this->server === Server::RoadRunner) {
            throw new StreamNotPossible('RoadRunner collects all that a request writes before it sends any of it, so that a stream cannot be '
                .'served by its worker: leave out inline(), set SSE_REDIRECT, and run `php artisan sse:work`.');
        }
    }

    private function refuseWithoutRedirect(Plan $plan): void
    {
        $server = $this->server->label();
        if ($plan->mode === Mode::Handoff) {
            throw new StreamNotPossible("Below {$server} PHP does not hold the client's connection and cannot hand it over: leave the mode "
                .'out, and set SSE_REDIRECT.');
        }
        if ($plan->needsWorker()) {
            throw new StreamNotPossible("Below {$server} a stream with every(), history() or map() holds one of few workers: call inline() if "
                .'that is what you want, or let a worker command publish to a topic and follow that.');
        }
        if ($this->redirectPlace() === null) {
            throw new StreamNotPossible("Below {$server} a stream goes to the hub's listener: run `php artisan sse:work`, and set SSE_REDIRECT "
                .'to where browsers reach it ("/sse-hub" behind nginx, or https://…/sse). `php artisan sse:doctor` shows how.');
        }
    }

    private static function withTicket(string $place, string $ticket): string
    {
        return $place.(str_contains($place, '?') ? '&' : '?').'ticket='.$ticket;
    }

    private static function comeBack(): string
    {
        return 'retry: '.random_int(...self::RETRY)."\n\n";
    }
}
