--TEST--
a string goes out byte for byte: binary, invalid UTF-8, NUL, a BOM
--FILE--
<?php
$all = '';
for ($byte = 0; $byte < 256; $byte++) {
    $all .= chr($byte);
}
$expected = 'data: ' . str_replace(["\n", "\r"], "\ndata: ", $all) . "\n\n";
var_dump(SseStream::encode($all) === $expected);
var_dump(SseStream::encode("\xEF\xBB\xBFgr\xC3\xBC\xC3\x9Fe \xF0\x9F\x91\x8B") === "data: \xEF\xBB\xBFgrüße 👋\n\n");
var_dump(SseStream::encode("\xC3\x28\xFF\0x") === "data: \xC3\x28\xFF\0x\n\n");
var_dump(SseStream::encode('x', 'größe', 'ключ') === "event: größe\nid: ключ\ndata: x\n\n");
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
