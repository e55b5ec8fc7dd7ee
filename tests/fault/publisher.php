<?php

// Publishes numbered events, one source after the other, until SIGTERM or `count` of them are out:
//
//     publisher.php JSON      {"redis": DSN, "sources": [["topic", NAME], …], "rate": per second, 0 for no limit, "count": 0 for no
//                             end, "bytes": of each event, "file": where it says what became of each}
//
// A line of the file is `SOURCE NUMBER +` when Redis has acknowledged it, and `SOURCE NUMBER ! MESSAGE` when nobody knows, or it
// was refused: such an event is never published again, the next one has the next number.
['redis' => $dsn, 'sources' => $sources, 'rate' => $rate, 'count' => $count, 'bytes' => $bytes, 'file' => $file] = json_decode($argv[1], true);
$stopped = false;
pcntl_async_signals(true);
pcntl_signal(SIGTERM, function () use (&$stopped): void {
    $stopped = true;
});
$notes = fopen($file, 'w');

/** PUBLISH without the extension, which publishes to topics only. */
final class Channels
{
    private mixed $socket = null;

    public function __construct(private string $host, private int $port) {}

    public function publish(string $channel, string $data): void
    {
        $this->socket ??= $this->connect();
        $command = sprintf("*3\r\n$7\r\nPUBLISH\r\n$%d\r\n%s\r\n$%d\r\n%s\r\n", strlen($channel), $channel, strlen($data), $data);
        $answer = @fwrite($this->socket, $command) === strlen($command) ? fgets($this->socket) : false;
        if ($answer === false || $answer[0] !== ':') {
            fclose($this->socket);
            $this->socket = null;
            throw new RuntimeException($answer === false ? 'no answer to PUBLISH' : trim($answer));
        }
    }

    private function connect(): mixed
    {
        $socket = @stream_socket_client("tcp://{$this->host}:{$this->port}", $code, $error, 3);
        if ($socket === false) {
            throw new RuntimeException($error);
        }
        stream_set_timeout($socket, 5);

        return $socket;
    }
}

// Several hosts: topics only.
$url = parse_url($dsn) ?: [];
$channels = new Channels($url['host'] ?? '', $url['port'] ?? 0);
$topics = null;
$numbers = array_fill(0, count($sources), 0);
$padding = str_repeat('x', max(0, $bytes - 40));
$due = hrtime(true);
for ($total = 0; ! $stopped && ($count === 0 || $total < $count); $total++) {
    $index = $total % count($sources);
    [$kind, $name] = $sources[$index];
    $number = $numbers[$index]++;
    $data = sprintf('#%d %d %d %s', $index, $number, hrtime(true), $padding);
    try {
        if ($kind === 'topic') {
            $topics ??= new SsePublisher($dsn);
            $topics->publish($name, $data);
        } else {
            $channels->publish($name, $data);
        }
        fwrite($notes, "$index $number +\n");
    } catch (SseException|RuntimeException $e) {
        fwrite($notes, "$index $number ! {$e->getMessage()}\n");
        usleep(20_000);
    }
    if ($rate > 0) {
        $due += intdiv(1_000_000_000, $rate);
        $wait = $due - hrtime(true);
        if ($wait > 0) {
            usleep(intdiv($wait, 1000));
        } elseif ($wait < -100_000_000) {
            $due = hrtime(true); // what an outage has held up is not made up for
        }
    }
}
fclose($notes);
