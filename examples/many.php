<?php

// Opens many streams of one URL that follows a topic, stays, and says how long each event took to the first and to the last.
//
//     php many.php [--streams 1000] [--parallel 1] [--header 'Cookie: …'] URL
//
//     --parallel  how many are being opened at the same time; 1 shows what one hand-over takes
//
// It prints one JSON object a line: "open" when all streams have begun (their first id says where, so they miss nothing after
// it), "event" when an event has reached all of them (its latency counts from `at`, milliseconds since 1970, in the event's
// data), "lost" for each stream that ended. SIGTERM ends it.
//
// curl_multi, because stream_select() of PHP cannot wait for descriptors above 1023.

declare(strict_types=1);

final class Crowd
{
    /** How long an event may take to the last stream before it is given up, in seconds. */
    private const PATIENCE = 10.0;

    private CurlMultiHandle $multi;

    /** @var array<int, float> since when, by stream, for those that have no id yet */
    private array $opening = [];

    /** @var array<int, string> the beginning of a frame, by stream */
    private array $unfinished = [];

    /** @var list<float> seconds from the request to the first id */
    private array $openedAfter = [];

    /** @var array<string, array{count: int, sent: float, first: float, last: float}> by id, until all have it */
    private array $events = [];

    private int $started = 0;

    private int $lost = 0;

    private bool $isOpen = false;

    private readonly float $since;

    /**
     * @param  list<string>  $headers
     */
    public function __construct(
        private readonly string $url,
        private readonly int $streams,
        private readonly int $parallel,
        private readonly array $headers,
    ) {
        $this->multi = curl_multi_init();
        $this->since = microtime(true);
    }

    public function run(): never
    {
        for (;;) {
            while ($this->mayStart()) {
                $this->start($this->started++);
            }

            curl_multi_exec($this->multi, $running);

            while ($done = curl_multi_info_read($this->multi)) {
                $this->ended($done['handle'], $done['result']);
            }

            $this->giveUp();

            if (! $this->mayStart()) {
                curl_multi_select($this->multi, 0.25);
            }
        }
    }

    private function mayStart(): bool
    {
        return $this->started < $this->streams && count($this->opening) < $this->parallel;
    }

    private function start(int $index): void
    {
        $curl = curl_init($this->url);
        curl_setopt_array($curl, [
            CURLOPT_HTTPHEADER => ['Accept: text/event-stream', ...$this->headers],
            CURLOPT_PRIVATE => $index,
            CURLOPT_FAILONERROR => true,
            CURLOPT_BUFFERSIZE => 4096,
            CURLOPT_WRITEFUNCTION => function (CurlHandle $curl, string $bytes) use ($index): int {
                $this->receive($index, $bytes);

                return strlen($bytes);
            },
        ]);
        $this->opening[$index] = microtime(true);
        $this->unfinished[$index] = '';
        curl_multi_add_handle($this->multi, $curl);
    }

    private function receive(int $index, string $bytes): void
    {
        $now = microtime(true);
        $frames = explode("\n\n", $this->unfinished[$index].$bytes);
        $this->unfinished[$index] = array_pop($frames);

        foreach ($frames as $frame) {
            if (preg_match('/^id: (.+)$/m', $frame, $id) !== 1) {
                continue;
            }

            if (isset($this->opening[$index])) {
                $this->openedAfter[] = $now - $this->opening[$index];
                unset($this->opening[$index]);
                $this->reportOpen();
            }

            if (preg_match('/^data: (.+)$/m', $frame, $data) === 1) {
                $this->count($id[1], $data[1], $now);
            }
        }
    }

    private function count(string $id, string $data, float $now): void
    {
        $this->events[$id] ??= [
            'count' => 0,
            'sent' => (json_decode($data, true)['at'] ?? $now * 1000) / 1000,
            'first' => $now,
            'last' => $now,
        ];
        $event = &$this->events[$id];
        $event['count']++;
        $event['last'] = $now;

        if ($event['count'] >= $this->streams) {
            $this->reportEvent($id);
        }
    }

    private function giveUp(): void
    {
        $limit = microtime(true) - self::PATIENCE;

        foreach ($this->events as $id => $event) {
            if ($event['first'] < $limit) {
                $this->reportEvent((string) $id);
            }
        }
    }

    private function reportOpen(): void
    {
        if ($this->isOpen || count($this->openedAfter) < $this->streams) {
            return;
        }

        $this->isOpen = true;
        sort($this->openedAfter);
        self::report('open', [
            'streams' => $this->streams,
            'seconds' => round(microtime(true) - $this->since, 2),
            'median_ms' => self::milliseconds($this->openedAfter[intdiv($this->streams, 2)]),
            'max_ms' => self::milliseconds(end($this->openedAfter)),
        ]);
    }

    private function reportEvent(string $id): void
    {
        $event = $this->events[$id];
        unset($this->events[$id]);
        self::report('event', [
            'id' => $id,
            'streams' => $event['count'],
            'first_ms' => self::milliseconds($event['first'] - $event['sent']),
            'last_ms' => self::milliseconds($event['last'] - $event['sent']),
        ]);
    }

    private function ended(CurlHandle $curl, int $result): void
    {
        $index = (int) curl_getinfo($curl, CURLINFO_PRIVATE);
        unset($this->opening[$index]);
        curl_multi_remove_handle($this->multi, $curl);
        self::report('lost', [
            'lost' => ++$this->lost,
            'status' => curl_getinfo($curl, CURLINFO_RESPONSE_CODE),
            'why' => $result === CURLE_OK ? 'the server ended it' : curl_strerror($result),
        ]);
    }

    private static function milliseconds(float $seconds): float
    {
        return round($seconds * 1000, 1);
    }

    /**
     * @param  array<string, mixed>  $figures
     */
    private static function report(string $what, array $figures): void
    {
        echo json_encode(['what' => $what] + $figures, JSON_PRESERVE_ZERO_FRACTION), "\n";
    }
}

$options = getopt('', ['streams:', 'parallel:', 'header:'], $rest);
$url = $argv[$rest] ?? null;

if (PHP_SAPI !== 'cli' || $url === null || $rest + 1 !== $argc) {
    fwrite(STDERR, "usage: php many.php [--streams N] [--parallel N] [--header 'Name: value'] URL\n");
    exit(2);
}

(new Crowd(
    $url,
    max(1, (int) ($options['streams'] ?? 1000)),
    max(1, (int) ($options['parallel'] ?? 1)),
    array_values((array) ($options['header'] ?? [])),
))->run();
