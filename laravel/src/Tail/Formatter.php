<?php

declare(strict_types=1);

namespace Sse\Laravel\Tail;

use JsonException;
use Symfony\Component\Console\Formatter\OutputFormatter;

/** How an event is shown. */
final readonly class Formatter
{
    /** Columns for the data, even where time, id and topic fill the line. */
    private const DATA_MIN = 20;

    /** @param  ?int  $width  of the terminal; null: lines are as long as they are */
    public function __construct(private ?int $width)
    {
    }

    /** One line with Symfony's tags. */
    public function line(Event $event): string
    {
        [$head, $length] = $this->head($event);
        $data = $this->width === null
            ? Printable::line($event->data)
            : Printable::cut($event->data, max(self::DATA_MIN, $this->width - $length));

        return $head.OutputFormatter::escape($data);
    }

    /** @return list<string> a line about the event, then the data as they are meant to be read */
    public function block(Event $event): array
    {
        $lines = explode("\n", self::pretty($event->data));

        return [
            rtrim($this->head($event)[0]),
            ...array_map(fn (string $line): string => '    '.OutputFormatter::escape(Printable::line(rtrim($line, "\r"))), $lines),
        ];
    }

    /** One JSON object; all that is not ASCII is escaped. */
    public static function json(Event $event): string
    {
        $time = self::milliseconds($event);

        return json_encode([
            'time' => gmdate('Y-m-d\TH:i:s', intdiv($time, 1000)).sprintf('.%03dZ', $time % 1000),
            'id' => $event->id,
            'topic' => $event->topic,
            'event' => $event->name,
            'data' => self::decoded($event->data) ?? $event->data,
        ], JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PRESERVE_ZERO_FRACTION);
    }

    /** @return array{string, int} and how many columns it takes */
    private function head(Event $event): array
    {
        $time = self::milliseconds($event);
        $parts = [
            [date('H:i:s', intdiv($time, 1000)).sprintf('.%03d', $time % 1000), 'fg=gray'],
            [(string) $event->id, 'fg=gray'],
            [Printable::line($event->topic), 'fg=cyan'],
            [Printable::line((string) $event->name), 'fg=yellow'],
        ];
        $head = '';
        $length = 0;
        foreach ($parts as [$text, $style]) {
            if ($text !== '') {
                $head .= Printable::styled($text, $style).'  ';
                $length += mb_strwidth($text, 'UTF-8') + 2;
            }
        }

        return [$head, $length];
    }

    private static function milliseconds(Event $event): int
    {
        return (int) round($event->at * 1000);
    }

    private static function pretty(string $data): string
    {
        $decoded = self::decoded($data);

        return $decoded === null
            ? $data
            : json_encode($decoded, JSON_THROW_ON_ERROR | JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE
                | JSON_PRESERVE_ZERO_FRACTION);
    }

    /** null: no JSON, or the JSON null. */
    private static function decoded(string $data): mixed
    {
        try {
            return json_decode($data, false, 128, JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
        } catch (JsonException) {
            return null;
        }
    }
}
