<?php

declare(strict_types=1);

namespace Sse\Laravel\Status;

use Symfony\Component\Console\Formatter\OutputFormatter;

/** The table of sse:status, as lines for Symfony's console. */
final class Table
{
    private const LABEL = 26;

    private const COLUMN = 16;

    /** What happens all the time: figure and label. */
    private const TRAFFIC = [
        'events_in' => 'Events in',
        'deliveries' => 'Deliveries',
        'bytes_out' => 'Bytes out',
        'opened' => 'Streams opened',
        'ended' => 'Streams ended',
    ];

    /** What should be 0, or rise slowly. */
    private const TROUBLE = [
        'handoffs_refused' => 'Handoffs refused',
        'http_refused' => 'Requests refused',
        'turned_away' => 'Clients turned away',
        'evicted' => 'Evicted (too many a user)',
        'overflow_cut' => 'Cut, as they did not read',
        'overflow_dropped' => 'Events dropped',
        'gaps' => 'Gaps announced',
        'broker_losses' => 'Losses of Redis',
    ];

    /** @return list<string> */
    public static function lines(string $control, Figures $now, ?Figures $before = null): array
    {
        $before = $before?->isSameHub($now) === true ? $before : null;

        return [
            '',
            ...self::state($control, $now),
            '',
            self::head('', 'per second', 'in all'),
            ...self::traffic($now, $before),
            '',
            self::head('Should be 0, or rise slowly', 'new', 'in all'),
            ...self::trouble($now, $before),
            '',
        ];
    }

    /** @return list<string> */
    private static function state(string $control, Figures $now): array
    {
        $phase = $now->text('phase');
        $clients = $now->number('clients');
        $memory = Units::bytes($now->number('resident_bytes'));

        return [
            '  '.self::style('Hub', 'options=bold').'  '.self::style($phase, $phase === 'serving' ? 'fg=green' : 'fg=yellow')
                .self::style('  up '.Units::duration($now->number('uptime_seconds')).'  pid '.$now->number('pid').'  '.$control, 'fg=gray'),
            '',
            self::row('Streams', Units::count($clients).' of '.Units::count($now->number('max_clients')), self::share($now)),
            self::row('Topics and channels', Units::count($now->number('channels'))),
            self::row('Users', Units::count($now->number('users'))),
            ...$now->number('processes') > 1 ? [self::row('Processes', Units::count($now->number('processes')))] : [],
            self::row('Memory', $memory, $clients >= 100 ? Units::bytes($now->number('resident_bytes') / $clients).' a stream' : ''),
            self::row('Redis', $now->isTrue('broker_ready') ? self::style('connected', 'fg=green') : self::style('not connected', 'fg=red'), $now->text('redis')),
        ];
    }

    private static function share(Figures $now): string
    {
        $share = $now->number('clients') / max(1, $now->number('max_clients'));
        $text = number_format($share * 100, 1).' %';

        return match (true) {
            $share >= 0.95 => self::style($text.', soon full: raise sse.work.max_clients', 'fg=red'),
            $share >= 0.8 => self::style($text, 'fg=yellow'),
            default => $text,
        };
    }

    /** @return list<string> */
    private static function traffic(Figures $now, ?Figures $before): array
    {
        $rows = [];
        foreach (self::TRAFFIC as $name => $label) {
            $unit = $name === 'bytes_out' ? Units::bytes(...) : Units::count(...);
            $rate = $before === null ? null : self::difference($name, $now, $before) / max(0.001, $now->at - $before->at);
            $rows[] = self::columns($label, $rate === null ? '–' : $unit($rate), $unit(self::figure($name, $now)));
        }

        return $rows;
    }

    /** @return list<string> */
    private static function trouble(Figures $now, ?Figures $before): array
    {
        $rows = [];
        foreach (self::TROUBLE as $name => $label) {
            $new = $before === null ? null : self::difference($name, $now, $before);
            $all = self::figure($name, $now);
            $row = self::columns($label, $new === null ? '–' : Units::count($new), Units::count($all));
            $rows[] = match (true) {
                $new > 0 => self::style($row, 'fg=red'),
                $all > 0 => self::style($row, 'fg=yellow'),
                default => $row,
            };
        }

        return $rows;
    }

    private static function figure(string $name, Figures $figures): int
    {
        return match ($name) {
            'opened' => $figures->opened(),
            'ended' => $figures->ended(),
            default => $figures->number($name),
        };
    }

    private static function difference(string $name, Figures $now, Figures $before): int
    {
        return max(0, self::figure($name, $now) - self::figure($name, $before));
    }

    private static function row(string $label, string $value, string $detail = ''): string
    {
        return '  '.self::pad($label, self::LABEL).'  '.$value.($detail === '' ? '' : "  <fg=gray>({$detail})</>");
    }

    private static function head(string $label, string $first, string $second): string
    {
        return self::style(self::columns($label, $first, $second), 'fg=gray');
    }

    private static function columns(string $label, string $first, string $second): string
    {
        return '  '.self::pad($label, self::LABEL).self::pad($first, self::COLUMN, true).self::pad($second, self::COLUMN, true);
    }

    private static function pad(string $text, int $width, bool $left = false): string
    {
        $space = str_repeat(' ', max(0, $width - mb_strwidth($text)));

        return $left ? $space.$text : $text.$space;
    }

    private static function style(string $text, string $style): string
    {
        return "<{$style}>".OutputFormatter::escape($text).'</>';
    }
}
