--TEST--
an id or event name with a line break or NUL is a ValueError
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach (["a\nb", "a\rb", "a\r\n", "\n", "a\0b", "\0"] as $value) {
    echo thrown(fn () => SseStream::encode('x', $value)), "\n";
    echo thrown(fn () => SseStream::encode('x', null, $value)), "\n";
}
echo thrown(fn () => SseStream::encode('x', retry: -1)), "\n";
echo thrown(fn () => SseStream::encode('x', retry: PHP_INT_MIN)), "\n";
echo thrown(fn () => (new SseStream)->event('x', "a\nb")), "\n";
echo thrown(fn () => (new SseStream)->event('x', null, "a\0b")), "\n";
echo thrown(fn () => (new SseStream)->event('x', null, null, -1)), "\n";
?>
--EXPECT--
ValueError: SseStream::encode(): Argument #2 ($event) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #3 ($id) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #2 ($event) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #3 ($id) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #2 ($event) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #3 ($id) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #2 ($event) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #3 ($id) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #2 ($event) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #3 ($id) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #2 ($event) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #3 ($id) must not contain line breaks or NUL bytes
ValueError: SseStream::encode(): Argument #4 ($retry) must be greater than or equal to 0
ValueError: SseStream::encode(): Argument #4 ($retry) must be greater than or equal to 0
ValueError: SseStream::event(): Argument #2 ($event) must not contain line breaks or NUL bytes
ValueError: SseStream::event(): Argument #3 ($id) must not contain line breaks or NUL bytes
ValueError: SseStream::event(): Argument #4 ($retry) must be greater than or equal to 0
