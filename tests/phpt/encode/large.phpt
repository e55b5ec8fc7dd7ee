--TEST--
16 MiB are encoded whole, also when every byte is a line break
--INI--
memory_limit=256M
--FILE--
<?php
$size = 16 << 20;
$text = str_repeat('0123456789abcdef', $size / 16);
var_dump(SseStream::encode($text) === "data: $text\n\n");
$lines = SseStream::encode(str_repeat("\n", $size / 8));
var_dump(strlen($lines) === 6 * ($size / 8 + 1) + 1, $lines === str_repeat("data:\n", $size / 8 + 1) . "\n");
$mixed = SseStream::encode(str_repeat("ab\r\n", 100000) . str_repeat("c\r", 100000));
var_dump($mixed === str_repeat("data: ab\n", 100000) . str_repeat("data: c\n", 100000) . "data:\n\n");
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
