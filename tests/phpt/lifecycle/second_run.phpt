--TEST--
run() twice, inside its own callback, and sending or declaring at the wrong time are SseExceptions
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$stream = new SseStream(['maxLifetime' => 30]);
$stream->every(0.01, function ($stream) {
    echo thrown(fn () => $stream->run()), "\n";
    foreach (['subscribe', 'psubscribe', 'follow', 'queue', 'history'] as $method) {
        echo "$method ", thrown(fn () => $stream->$method('a')), "\n";
    }
    echo thrown(fn () => $stream->every(1, fn () => 0)), "\n";
    echo thrown(fn () => $stream->onMessage(fn () => 0)), "\n";
    $stream->stop();
});
echo $stream->run(), "\n";
echo thrown(fn () => $stream->run()), "\n";
echo thrown(fn () => $stream->event('late')), "\n";
echo thrown(fn () => $stream->comment('late')), "\n";
echo thrown(fn () => $stream->subscribe('late')), "\n";
echo thrown(fn () => $stream->every(1, fn () => 0)), "\n";
var_dump($stream->stop(), $stream->lastEventId(), $stream->isConnected());
?>
--EXPECT--
SseException: run() is running already; a callback of the stream cannot call it
subscribe SseException: Sources and callbacks are declared before run()
psubscribe SseException: Sources and callbacks are declared before run()
follow SseException: Sources and callbacks are declared before run()
queue SseException: Sources and callbacks are declared before run()
history SseException: Sources and callbacks are declared before run()
SseException: Sources and callbacks are declared before run()
SseException: Sources and callbacks are declared before run()
stopped
SseException: The stream has ended; one response is one SseStream
SseException: The stream has ended; nothing can be sent any more
SseException: The stream has ended; nothing can be sent any more
SseException: Sources and callbacks are declared before run()
SseException: Sources and callbacks are declared before run()
NULL
NULL
bool(true)
