<?php

declare(strict_types=1);

namespace Sse\Laravel\System;

/** One GET of a listener as the hub's option `listen` names it: "127.0.0.1:8088", "[::1]:8088" or "unix:/path". */
final class HttpProbe
{
    private const SECONDS = 2;

    /** @return int|string the status, or a sentence why there is none */
    public static function get(string $listen, string $path): int|string
    {
        $address = str_starts_with($listen, 'unix:') ? 'unix://'.substr($listen, 5) : 'tcp://'.self::reachable($listen);
        $socket = @stream_socket_client($address, $code, $message, self::SECONDS);
        if ($socket === false) {
            return is_string($message) && $message !== '' ? $message : 'no connection';
        }
        stream_set_timeout($socket, self::SECONDS);
        fwrite($socket, "GET {$path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        $line = (string) fgets($socket, 256);
        fclose($socket);

        return preg_match('#^HTTP/1\.\d (\d{3})#', $line, $match) === 1 ? (int) $match[1] : 'no HTTP answer';
    }

    /** Who listens on all addresses listens on the loopback one. */
    private static function reachable(string $listen): string
    {
        return str_replace(['0.0.0.0:', '[::]:'], ['127.0.0.1:', '[::1]:'], $listen);
    }
}
