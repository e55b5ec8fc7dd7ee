<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit;

use Illuminate\Http\Resources\Json\JsonResource;
use InvalidArgumentException;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use Sse\Laravel\Exceptions\UnserializableData;
use Sse\Laravel\Publishing\Event;
use Sse\Laravel\Tests\Support\User;
use Sse\Laravel\Tests\TestCase;
use stdClass;

final class EventTest extends TestCase
{
    #[Test]
    #[DataProvider('data')]
    public function data_becomes_text(mixed $data, string $text): void
    {
        $this->assertSame($text, (new Event('t', $data))->data);
    }

    /** @return iterable<array{mixed, string}> */
    public static function data(): iterable
    {
        yield 'text as it is' => ["two\nlines", "two\nlines"];
        yield 'array' => [['a' => 'é/ü'], '{"a":"é/ü"}'];
        yield 'null' => [null, 'null'];
        yield 'number' => [1.0, '1.0'];
        yield 'model' => [User::named(7), '{"id":7,"name":"Ani"}'];
        yield 'collection' => [collect([1, 2]), '[1,2]'];
        yield 'resource' => [new JsonResource(['a' => 1]), '{"a":1}'];
        yield 'empty object' => [new stdClass, '{}'];
    }

    #[Test]
    #[DataProvider('unserializable')]
    public function what_has_no_json_form_is_refused_with_topic_and_event(mixed $data): void
    {
        $this->expectException(UnserializableData::class);
        $this->expectExceptionMessage('event "created" for topic "orders"');
        new Event('orders', $data, 'created');
    }

    /** @return iterable<string, array{mixed}> */
    public static function unserializable(): iterable
    {
        $circle = new stdClass;
        $circle->self = $circle;
        yield 'bytes' => [["\xff"]];
        yield 'circle' => [$circle];
        yield 'not a number' => [NAN];
        yield 'resource' => [STDIN];
    }

    #[Test]
    #[DataProvider('wrongNames')]
    public function an_event_name_cannot_forge_fields(string $name): void
    {
        $this->expectException(InvalidArgumentException::class);
        new Event('t', 'd', $name);
    }

    /** @return iterable<array{string}> */
    public static function wrongNames(): iterable
    {
        yield ["a\ndata: forged"];
        yield ["a\r"];
        yield ["a\0"];
    }
}
