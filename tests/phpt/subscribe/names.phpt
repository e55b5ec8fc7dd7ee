--TEST--
a name is a string that is not empty, and no named argument
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$stream = new SseStream;
foreach (['subscribe', 'psubscribe', 'follow', 'queue'] as $method) {
    echo thrown(fn () => $stream->$method('')), "\n";
    echo thrown(fn () => $stream->$method('a', '')), "\n";
    echo thrown(fn () => $stream->$method(['a', 'b'])), "\n";
    echo thrown(fn () => $stream->$method(new stdClass)), "\n";
    echo thrown(fn () => $stream->$method(name: 'a')), "\n";
}
echo thrown(fn () => $stream->history('')), "\n";
echo thrown(fn () => $stream->history('a', 0)), "\n";
echo thrown(fn () => $stream->history('a', -2)), "\n";
echo thrown(fn () => $stream->history([])), "\n";
echo get_class($stream->subscribe()), get_class($stream->subscribe(5, 1.5)), "\n";
?>
--EXPECTF--
ValueError: SseStream::subscribe(): Argument #1 cannot be empty
ValueError: SseStream::subscribe(): Argument #2 cannot be empty
TypeError: SseStream::subscribe(): Argument #1 must be of type string, array given
TypeError: SseStream::subscribe(): Argument #1 must be of type string, stdClass given
%sSseStream::subscribe() does not accept unknown named parameters
ValueError: SseStream::psubscribe(): Argument #1 cannot be empty
ValueError: SseStream::psubscribe(): Argument #2 cannot be empty
TypeError: SseStream::psubscribe(): Argument #1 must be of type string, array given
TypeError: SseStream::psubscribe(): Argument #1 must be of type string, stdClass given
%sSseStream::psubscribe() does not accept unknown named parameters
ValueError: SseStream::follow(): Argument #1 cannot be empty
ValueError: SseStream::follow(): Argument #2 cannot be empty
TypeError: SseStream::follow(): Argument #1 must be of type string, array given
TypeError: SseStream::follow(): Argument #1 must be of type string, stdClass given
%sSseStream::follow() does not accept unknown named parameters
ValueError: SseStream::queue(): Argument #1 cannot be empty
ValueError: SseStream::queue(): Argument #2 cannot be empty
TypeError: SseStream::queue(): Argument #1 must be of type string, array given
TypeError: SseStream::queue(): Argument #1 must be of type string, stdClass given
%sSseStream::queue() does not accept unknown named parameters
ValueError: SseStream::history(): Argument #1 ($key) cannot be empty
ValueError: SseStream::history(): Argument #2 ($last) must be -1 or greater than 0
ValueError: SseStream::history(): Argument #2 ($last) must be -1 or greater than 0
TypeError: SseStream::history(): Argument #1 ($key) must be of type string, array given
SseStreamSseStream
