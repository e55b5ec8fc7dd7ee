--TEST--
every field has its line, and one empty line ends the event
--FILE--
<?php
echo SseStream::encode('hello');
echo SseStream::encode('hello', 'greeting');
echo SseStream::encode('hello', 'greeting', '42');
echo SseStream::encode('hello', 'greeting', '42', 3000);
echo SseStream::encode('hello', null, null, 0);
echo SseStream::encode(data: 'hello', retry: PHP_INT_MAX);
echo SseStream::encode(data: 'hello', id: 'a: b ');
?>
--EXPECT--
data: hello

event: greeting
data: hello

event: greeting
id: 42
data: hello

event: greeting
id: 42
retry: 3000
data: hello

retry: 0
data: hello

retry: 9223372036854775807
data: hello

id: a: b 
data: hello
