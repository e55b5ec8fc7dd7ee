--TEST--
a private method that was registered within its class is called wherever run() is called
--FILE--
<?php
require __DIR__ . '/../redis.inc';

final class Page
{
    private function tick(SseStream $stream): void
    {
        $stream->event('tick')->stop();
    }

    public function __call(string $name, array $arguments): void
    {
        $arguments[0]->event($name)->stop();
    }

    public function stream(string $method): SseStream
    {
        return (new SseStream())->every(0.01, [$this, $method]);
    }
}

echo (new Page)->stream('tick')->run(), "\n", (new Page)->stream('magic')->run(), "\n";
?>
--EXPECT--
data: tick

stopped
data: magic

stopped
