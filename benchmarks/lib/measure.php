<?php

/** Helpers that both tables use: commands, numbers, ports. */
function sh(string $command): string
{
    exec($command.' 2>&1', $lines, $status);
    if ($status !== 0) {
        throw new RuntimeException("$command failed:\n".implode("\n", $lines));
    }

    return end($lines) ?: '';
}

function median(array $values): float
{
    sort($values);
    $middle = intdiv(count($values), 2);

    return count($values) % 2 ? $values[$middle] : ($values[$middle - 1] + $values[$middle]) / 2;
}

function freePort(): int
{
    static $given = [];
    do {
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int) substr(strrchr(stream_socket_get_name($socket, false), ':'), 1);
        fclose($socket);
    } while (isset($given[$port]));
    $given[$port] = true;

    return $port;
}

function awaitPort(int $port, float $seconds = 10): void
{
    for ($end = microtime(true) + $seconds; ! ($socket = @fsockopen('127.0.0.1', $port)); usleep(20_000)) {
        if (microtime(true) > $end) {
            throw new RuntimeException("nobody listens at $port after $seconds s");
        }
    }
    fclose($socket);
}

/** Waits for any answer to a request: only then whoever listens is all there, with its workers. */
function awaitAnswer(int $port, float $seconds = 10): void
{
    awaitPort($port, $seconds);
    $socket = stream_socket_client("tcp://127.0.0.1:$port");
    stream_set_timeout($socket, (int) $seconds);
    fwrite($socket, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    if (fread($socket, 1) === '' && stream_get_meta_data($socket)['timed_out']) {
        throw new RuntimeException("no answer at $port after $seconds s");
    }
    fclose($socket);
}

/** A directory that lives as long as this process. */
function benchmarkDirectory(): string
{
    static $work = null;
    if ($work === null) {
        $work = sys_get_temp_dir().'/sse-bench-'.getmypid();
        mkdir($work);
        register_shutdown_function(fn () => removeTree($work));
    }

    return $work;
}

/** Starts a Redis that keeps nothing, for as long as this process lives, and returns its port. */
function benchmarkRedis(): int
{
    $work = benchmarkDirectory();
    $port = freePort();
    $redis = proc_open(['redis-server', '--port', (string) $port, '--bind', '127.0.0.1', '--save', '', '--dir', $work,
        '--logfile', "$work/redis.log"], [], $pipes);
    register_shutdown_function(function () use ($redis) {
        proc_terminate($redis);
        proc_close($redis);
    });
    awaitPort($port);

    return $port;
}

function verdict(bool $holds): string
{
    return $holds ? 'holds' : '**missed**';
}

/** The options that load phpredis into a PHP that reads no ini file. */
function phpredisOptions(): array
{
    $names = array_filter(['igbinary', 'redis'], 'extension_loaded');
    if (! in_array('redis', $names, true)) {
        throw new RuntimeException('phpredis is missing: tools/setup bench');
    }

    return array_merge(...array_map(fn (string $name) => ['-d', "extension=$name"], array_values($names)));
}

function removeTree(string $directory): void
{
    foreach (array_diff(scandir($directory), ['.', '..']) as $name) {
        $path = "$directory/$name";
        is_dir($path) && ! is_link($path) ? removeTree($path) : unlink($path);
    }
    rmdir($directory);
}

/** @param non-empty-list<float> $values */
function percentile(array $values, int $percent): float
{
    sort($values);

    return $values[(int) ceil(count($values) * $percent / 100) - 1];
}
