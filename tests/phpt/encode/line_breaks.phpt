--TEST--
LF, CR and CRLF each begin a new data line
--FILE--
<?php
foreach (["a\nb", "a\rb", "a\r\nb", "a\n\rb", "a\r\rb", "a\r\n\r\nb", "\ra", "a\n", "a\r", "a\r\n", "data: x\n\nevent: y\nid: z",
    "a\u{2028}b\u{85}c\x0bd\x0ce"] as $data) {
    echo json_encode(SseStream::encode($data), JSON_UNESCAPED_SLASHES), "\n";
}
?>
--EXPECT--
"data: a\ndata: b\n\n"
"data: a\ndata: b\n\n"
"data: a\ndata: b\n\n"
"data: a\ndata:\ndata: b\n\n"
"data: a\ndata:\ndata: b\n\n"
"data: a\ndata:\ndata: b\n\n"
"data:\ndata: a\n\n"
"data: a\ndata:\n\n"
"data: a\ndata:\n\n"
"data: a\ndata:\n\n"
"data: data: x\ndata:\ndata: event: y\ndata: id: z\n\n"
"data: a\u2028b\u0085c\u000bd\fe\n\n"
