<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit\Tail;

use PHPUnit\Framework\Attributes\TestWith;
use PHPUnit\Framework\TestCase;
use Sse\Laravel\Tail\Signal;

final class SignalTest extends TestCase
{
    public function test_it_holds_the_whole_event(): void
    {
        $signal = Signal::parse('news', "1700000000123-4 1700000000000-0\nflash\n{\"a\":1}\nsecond line\n");

        $this->assertNotNull($signal);
        $this->assertSame('1700000000000-0', $signal->previousId);
        $this->assertSame(['news', '1700000000123-4', 'flash', "{\"a\":1}\nsecond line\n"], [
            $signal->event->topic, $signal->event->id, $signal->event->name, $signal->event->data,
        ]);
        $this->assertEqualsWithDelta(1_700_000_000.123, $signal->event->at, 0.0001);
    }

    public function test_an_event_may_have_neither_name_nor_data(): void
    {
        $signal = Signal::parse('news', "1-0 0-0\n\n");

        $this->assertNull($signal?->event->name);
        $this->assertSame('', $signal?->event->data);
    }

    #[TestWith(['hello'])]
    #[TestWith([''])]
    #[TestWith(["1-0\nname\ndata"])]
    #[TestWith(["1-0 0-0\nname"])]
    #[TestWith(["x 1-0 0-0\nname\ndata"])]
    public function test_another_form_is_none(string $payload): void
    {
        $this->assertNull(Signal::parse('news', $payload));
    }

    #[TestWith(['2-0', '1-9', true])]
    #[TestWith(['10-0', '9-0', true])]
    #[TestWith(['1-10', '1-9', true])]
    #[TestWith(['1-0', '1-0', false])]
    #[TestWith(['1-0', '0-0', true])]
    #[TestWith(['1-9', '2-0', false])]
    public function test_ids_are_numbers_and_not_text(string $a, string $b, bool $isAfter): void
    {
        $this->assertSame($isAfter, Signal::isAfter($a, $b));
    }
}
