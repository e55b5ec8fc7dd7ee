<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit;

use Illuminate\Config\Repository;
use Illuminate\Container\Container;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Sse\Laravel\Contracts\CatchesUp;
use Sse\Laravel\Contracts\SignalHandler;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Notify\Handlers;

final class HandlersTest extends TestCase
{
    #[Test]
    public function a_class_that_catches_up_is_asked_once_whatever_it_is_named_for(): void
    {
        $handlers = $this->handlers([
            'channels' => ['orders.*' => Patient::class, 'news' => Plain::class],
            'lists' => ['orders' => Patient::class],
        ]);
        $this->assertCount(1, $handlers->catchingUp());
        $this->assertInstanceOf(Patient::class, $handlers->catchingUp()[0]);
        $this->assertSame(['orders.*', 'news'], array_keys($handlers->channels()));
        $this->assertSame([['topic', 'payload of orders']], $handlers->lists()['orders'][0]('payload', 'orders'));
    }

    #[Test]
    public function what_handles_no_signal_is_named(): void
    {
        $this->expectException(InvalidConfiguration::class);
        $this->expectExceptionMessage('sse.notify.channels: "orders"');
        $this->handlers(['channels' => ['orders' => Container::class]])->channels();
    }

    /** @param  array<string, array<string, string>>  $notify */
    private function handlers(array $notify): Handlers
    {
        return new Handlers(new Container, new Repository(['sse' => ['notify' => $notify]]));
    }
}

class Plain implements SignalHandler
{
    public function handle(string $payload, string $name): ?iterable
    {
        return [['topic', "{$payload} of {$name}"]];
    }
}

final class Patient extends Plain implements CatchesUp
{
    public function catchUp(): ?iterable
    {
        return null;
    }
}
