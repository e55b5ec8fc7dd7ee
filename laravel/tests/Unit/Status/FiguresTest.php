<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit\Status;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;
use Sse\Laravel\Status\Figures;
use Sse\Laravel\Status\Table;
use Sse\Laravel\Status\Units;
use Symfony\Component\Console\Formatter\OutputFormatter;

final class FiguresTest extends TestCase
{
    public function test_streams_that_ended_are_those_that_came_and_are_not_there(): void
    {
        $figures = new Figures(['handoffs' => 10, 'http_streams' => 5, 'taken_over' => 3, 'clients' => 6], 0.0);

        $this->assertSame(15, $figures->opened());
        $this->assertSame(12, $figures->ended());
        $this->assertSame(0, (new Figures(['clients' => 6], 0.0))->ended());
    }

    public function test_a_figure_that_this_hub_does_not_know_is_nothing(): void
    {
        $figures = new Figures(['phase' => 1, 'clients' => 'many'], 0.0);

        $this->assertSame(0, $figures->number('clients'));
        $this->assertSame('', $figures->text('phase'));
        $this->assertFalse($figures->isTrue('broker_ready'));
    }

    public function test_rates_come_from_two_reads(): void
    {
        $table = self::table(
            ['pid' => 1, 'uptime_seconds' => 12, 'events_in' => 2_500, 'bytes_out' => 1_053_672, 'gaps' => 3],
            ['pid' => 1, 'uptime_seconds' => 10, 'events_in' => 500, 'bytes_out' => 5_096, 'gaps' => 3],
        );

        $this->assertMatchesRegularExpression('/Events in +1,000 +2,500\n/', $table);
        $this->assertMatchesRegularExpression('/Bytes out +512 KiB +1.0 MiB\n/', $table);
        $this->assertMatchesRegularExpression('/Gaps announced +0 +3\n/', $table);
    }

    public function test_there_are_no_rates_between_two_hubs(): void
    {
        $table = self::table(['pid' => 2, 'events_in' => 7], ['pid' => 1, 'events_in' => 500]);

        $this->assertMatchesRegularExpression('/Events in +– +7\n/', $table);
        $this->assertMatchesRegularExpression('/Events in +– +7\n/', self::table(
            ['pid' => 1, 'uptime_seconds' => 1, 'events_in' => 7],
            ['pid' => 1, 'uptime_seconds' => 9, 'events_in' => 500],
        ));
    }

    public function test_a_full_hub_says_what_to_raise(): void
    {
        $this->assertStringContainsString('960 of 1,000  (96.0 %, soon full: raise sse.work.max_clients)', self::table([
            'clients' => 960, 'max_clients' => 1_000,
        ]));
    }

    #[DataProvider('amounts')]
    public function test_units(string $expected, string $actual): void
    {
        $this->assertSame($expected, $actual);
    }

    /** @return list<array{string, string}> */
    public static function amounts(): array
    {
        return [
            ['0', Units::count(0)],
            ['0', Units::count(0.0)],
            ['0.5', Units::count(0.5)],
            ['12', Units::count(12.4)],
            ['1,234,567', Units::count(1_234_567)],
            ['0 B', Units::bytes(0)],
            ['1,023 B', Units::bytes(1_023)],
            ['1.0 KiB', Units::bytes(1_024)],
            ['9.4 MiB', Units::bytes(9_856_614)],
            ['512 GiB', Units::bytes(512 * 1024 ** 3)],
            ['00:00:07', Units::duration(7)],
            ['3 d 04:12:09', Units::duration(3 * 86_400 + 4 * 3_600 + 12 * 60 + 9)],
        ];
    }

    /**
     * @param  array<string, mixed>  $now
     * @param  null|array<string, mixed>  $before  two seconds ago
     */
    private static function table(array $now, ?array $before = null): string
    {
        $lines = Table::lines('/run/hub.sock', new Figures($now, 12.0), $before === null ? null : new Figures($before, 10.0));

        return (string) (new OutputFormatter)->format(implode("\n", $lines));
    }
}
