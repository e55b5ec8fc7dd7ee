<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit;

use Illuminate\Broadcasting\PrivateChannel;
use InvalidArgumentException;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use Sse\Laravel\Exceptions\InvalidTopic;
use Sse\Laravel\Tests\Support\User;
use Sse\Laravel\Tests\TestCase;
use Sse\Laravel\Topic;

final class TopicTest extends TestCase
{
    #[Test]
    #[DataProvider('names')]
    public function it_takes_names_that_people_use(string $name): void
    {
        $this->assertSame($name, Topic::name($name));
    }

    /** @return iterable<array{string}> */
    public static function names(): iterable
    {
        yield ['orders'];
        yield ['private-App.Models.User.7'];
        yield ['a topic with spaces'];
        yield ['pesanan 🛒 é'];
        yield [str_repeat('x', 1024)];
    }

    #[Test]
    #[DataProvider('wrongNames')]
    public function it_refuses_what_cannot_be_a_name_and_says_why(string $name, string $why): void
    {
        $this->expectException(InvalidTopic::class);
        $this->expectExceptionMessage($why);
        Topic::name($name);
    }

    /** @return iterable<array{string, string}> */
    public static function wrongNames(): iterable
    {
        yield ['', 'is empty'];
        yield ["orders\n", 'line break'];
        yield ["a\r\ndata: x", 'line break'];
        yield ["a\0b", 'control character'];
        yield ["\xff\xfe", 'is not UTF-8'];
        yield [str_repeat('x', 1025), 'longer than 1,024 bytes'];
    }

    #[Test]
    public function a_refusal_does_not_repeat_what_a_stranger_wrote(): void
    {
        try {
            Topic::name("x\e[31m".str_repeat('y', 2000));
            $this->fail('it was taken');
        } catch (InvalidTopic $e) {
            $this->assertLessThan(160, strlen($e->getMessage()));
            $this->assertStringNotContainsString("\e", $e->getMessage());
        }
    }

    #[Test]
    public function channels_models_and_enums_stand_for_topics(): void
    {
        $this->assertSame('private-orders.1', Topic::name(new PrivateChannel('orders.1')));
        $this->assertSame('Sse.Laravel.Tests.Support.User.7', Topic::name(User::named(7)));
        $this->assertSame('news', Topic::name(Section::News));
    }

    #[Test]
    public function a_user_has_a_topic_after_the_configured_pattern(): void
    {
        $topics = $this->app->make(Topic::class);
        $this->assertSame('user.7', $topics->ofUser(User::named(7)));
        $this->assertSame('user.abc', $topics->ofUser('abc'));

        config(['sse.user_topic' => 'u:{id}:inbox']);
        $this->assertSame('u:7:inbox', $topics->ofUser(7));
    }

    #[Test]
    #[DataProvider('noUsers')]
    public function what_is_no_user_is_refused(mixed $user): void
    {
        $this->expectException(InvalidArgumentException::class);
        Topic::userId($user);
    }

    /** @return iterable<array{mixed}> */
    public static function noUsers(): iterable
    {
        yield [null];
        yield [''];
        yield [1.5];
        yield [['id' => 7]];
        yield [str_repeat('7', 257)];
    }
}

enum Section: string
{
    case News = 'news';
}
