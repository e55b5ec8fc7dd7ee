--TEST--
wrong numbers and types of arguments are refused
--FILE--
<?php
declare(strict_types=1);
require __DIR__ . '/../redis.inc';

echo thrown(fn () => SseStream::encode()), "\n";
echo thrown(fn () => SseStream::encode('a', 5)), "\n";
echo thrown(fn () => SseStream::encode('a', null, [])), "\n";
echo thrown(fn () => SseStream::encode('a', null, null, '5')), "\n";
echo thrown(fn () => SseStream::encode('a', null, null, 5, 6)), "\n";
?>
--EXPECT--
ArgumentCountError: SseStream::encode() expects at least 1 argument, 0 given
TypeError: SseStream::encode(): Argument #2 ($event) must be of type ?string, int given
TypeError: SseStream::encode(): Argument #3 ($id) must be of type ?string, array given
TypeError: SseStream::encode(): Argument #4 ($retry) must be of type ?int, string given
ArgumentCountError: SseStream::encode() expects at most 4 arguments, 5 given
