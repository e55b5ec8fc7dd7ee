--TEST--
exceptions leave run() from every kind of callback, finally blocks and destructors run, the process goes on
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
final class Noted
{
    public function __construct(private string $name)
    {
    }
    public function __destruct()
    {
        echo "destructor $this->name\n";
    }
}
$before = null;
foreach (['every' => fn ($stream, $callback) => $stream->every(0.01, $callback), 'onMessage' => fn ($stream, $callback) => $stream->subscribe('c')->onMessage($callback),
    'onMessage of a queue' => fn ($stream, $callback) => $stream->queue('jobs')->onMessage($callback),
    'onMessage of a history' => fn ($stream, $callback) => $stream->history('jobs')->onMessage($callback)] as $kind => $declare) {
    $redis->call('DEL', 'jobs');
    $redis->call('RPUSH', 'jobs', 'job');
    $stream = new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]);
    $noted = new Noted($kind);
    $declare($stream, function () use ($noted, $stream) {
        $local = new Noted('of a local variable');
        try {
            throw new LogicException('thrown in a callback');
        } finally {
            echo "finally\n";
        }
    });
    unset($noted);
    $stream->every(0.005, fn () => $redis->call('PUBLISH', 'c', 'x'));
    echo $kind, ': ', thrown(fn () => $stream->run()), "\n", thrown(fn () => $stream->event('x')), "\n";
    unset($stream);
}
?>
--EXPECT--
every: finally
destructor of a local variable
destructor every
LogicException: thrown in a callback
SseException: The stream has ended; nothing can be sent any more
onMessage: finally
destructor of a local variable
destructor onMessage
LogicException: thrown in a callback
SseException: The stream has ended; nothing can be sent any more
onMessage of a queue: finally
destructor of a local variable
destructor onMessage of a queue
LogicException: thrown in a callback
SseException: The stream has ended; nothing can be sent any more
onMessage of a history: finally
destructor of a local variable
destructor onMessage of a history
LogicException: thrown in a callback
SseException: The stream has ended; nothing can be sent any more
