<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit\Tail;

use PHPUnit\Framework\TestCase;
use Sse\Laravel\Tail\Event;
use Sse\Laravel\Tail\Formatter;
use Sse\Laravel\Tail\Printable;
use Symfony\Component\Console\Formatter\OutputFormatter;

final class FormatterTest extends TestCase
{
    public function test_a_line_has_time_id_topic_name_and_data(): void
    {
        $event = Event::entry('orders.1', '1700000000007-0', 'shipped', '{"id":1}');

        $this->assertMatchesRegularExpression(
            '/\A\d\d:\d\d:20\.007  1700000000007-0  orders\.1  shipped  {"id":1}\z/',
            self::shown((new Formatter(null))->line($event)),
        );
        $this->assertMatchesRegularExpression(
            '/\A\d\d:\d\d:20\.500  chat  hi\z/',
            self::shown((new Formatter(null))->line(new Event('chat', 'hi', 1_700_000_000.5))),
        );
    }

    public function test_a_line_ends_where_the_terminal_does(): void
    {
        $event = Event::entry('news', '1700000000000-0', 'x', str_repeat('héllo wörld ', 100_000));

        $this->assertSame(80, mb_strwidth(self::shown((new Formatter(80))->line($event))));
        $this->assertStringEndsWith('…', self::shown((new Formatter(80))->line($event)));
        // A terminal that is narrower than the head.
        $this->assertGreaterThan(20, mb_strwidth(self::shown((new Formatter(10))->line($event))));
    }

    public function test_a_block_shows_json_as_it_is_meant(): void
    {
        $lines = (new Formatter(20))->block(Event::entry('news', '1-0', '', '{"list":[1,2.0],"none":{},"big":12345678901234567890}'));

        $this->assertSame(
            ['    {', '        "list": [', '            1,', '            2.0', '        ],', '        "none": {},',
                '        "big": "12345678901234567890"', '    }'],
            array_slice(array_map(self::shown(...), $lines), 1),
        );
        $this->assertSame(
            ['    two', '    lines'],
            array_slice(array_map(self::shown(...), (new Formatter(20))->block(Event::entry('news', '1-0', '', "two\r\nlines"))), 1),
        );
    }

    public function test_nothing_reaches_the_terminal_as_a_control_character_or_a_tag(): void
    {
        $evil = "\e]0;owned\x07\e[2J\x9b1m\u{9b}\u{202e}<error>red</error>\0\xff\\";
        $event = Event::entry($evil, '1-0', $evil, $evil);
        foreach ([(new Formatter(null))->line($event), ...(new Formatter(60))->block($event)] as $line) {
            $shown = self::shown($line);
            $this->assertMatchesRegularExpression('/\A[^\x00-\x1f\x7f]*\z/', $shown);
            $this->assertMatchesRegularExpression('/\A[^\x{80}-\x{9f}\x{202a}-\x{202e}]*\z/u', $shown);
            $this->assertStringContainsString('<error>red</error>', $shown);
        }
        $this->assertMatchesRegularExpression('/\A[\x20-\x7e]*\z/', Formatter::json($event));
        $this->assertSame('a\nb\tc\u{1b}', Printable::line("a\nb\tc\e"));
    }

    public function test_json_has_the_data_as_data(): void
    {
        $this->assertSame(
            '{"time":"2023-11-14T22:13:20.007Z","id":"1700000000007-0","topic":"news","event":null,"data":{"a":[1.0,"/"]}}',
            Formatter::json(Event::entry('news', '1700000000007-0', '', '{"a":[1.0,"/"]}')),
        );
        $this->assertStringEndsWith('"id":null,"topic":"news","event":null,"data":"not json"}', Formatter::json(new Event('news', 'not json', 1.0)));
    }

    /** What a terminal would show. */
    private static function shown(string $line): string
    {
        return (string) (new OutputFormatter)->format($line);
    }
}
