<?php
require __DIR__ . '/../redis.inc';

$stream = new SseStream;
foreach (['subscribe', 'psubscribe', 'follow', 'queue'] as $method) {
    echo thrown(fn () => $stream->$method('')), "\n";
    echo thrown(fn () => $stream->$method('a', '')), "\n";
    echo thrown(fn () => $stream->$method(['a', 'b'])), "\n";
    echo thrown(fn () => $stream->$method(new stdClass)), "\n";
    echo thrown(fn () => $stream->$method(null)), "\n";
    echo thrown(fn () => $stream->$method(name: 'a')), "\n";
}
echo thrown(fn () => $stream->history('')), "\n";
echo thrown(fn () => $stream->history('a', 0)), "\n";
echo thrown(fn () => $stream->history('a', -2)), "\n";
echo thrown(fn () => $stream->history([])), "\n";
echo get_class($stream->subscribe()), get_class($stream->subscribe(5, 1.5)), "\n";
?>
