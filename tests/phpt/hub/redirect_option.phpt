--TEST--
mode redirect needs a place to go to, which is a path or a URL
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach (['/hub', '/hub?a=b', 'https://hub.example/sse', 'http://127.0.0.1:8088/sse', '', null] as $place) {
    echo json_encode($place), ': ', thrown(fn () => new SseStream(['redirect' => $place])), "\n";
}
foreach (['hub', '//hub.example/sse', 'ftp://hub.example', "/a\r\nSet-Cookie: a", '/a b', '/a#b', 5] as $place) {
    echo thrown(fn () => new SseStream(['redirect' => $place])), "\n";
}
echo thrown(fn () => new SseStream(['mode' => 'redirect'])), "\n";
var_dump(ini_set('sse.redirect', 'nowhere'), ini_set('sse.redirect', '/hub'), ini_set('sse.max_inline', '1'));
echo thrown(fn () => new SseStream(['mode' => 'redirect'])), "\n";
echo thrown(fn () => new SseStream(['mode' => 'redirect', 'redirect' => null])), "\n";
?>
--EXPECT--
"\/hub": nothing thrown
"\/hub?a=b": nothing thrown
"https:\/\/hub.example\/sse": nothing thrown
"http:\/\/127.0.0.1:8088\/sse": nothing thrown
"": nothing thrown
null: nothing thrown
ValueError: SseStream option "redirect" must be a path that begins with "/" (for X-Accel-Redirect) or a URL with http:// or https://, without spaces and "#"
ValueError: SseStream option "redirect" must be a path that begins with "/" (for X-Accel-Redirect) or a URL with http:// or https://, without spaces and "#"
ValueError: SseStream option "redirect" must be a path that begins with "/" (for X-Accel-Redirect) or a URL with http:// or https://, without spaces and "#"
ValueError: SseStream option "redirect" must be a path that begins with "/" (for X-Accel-Redirect) or a URL with http:// or https://, without spaces and "#"
ValueError: SseStream option "redirect" must be a path that begins with "/" (for X-Accel-Redirect) or a URL with http:// or https://, without spaces and "#"
ValueError: SseStream option "redirect" must be a path that begins with "/" (for X-Accel-Redirect) or a URL with http:// or https://, without spaces and "#"
TypeError: SseStream option "redirect" must be of type ?string, int given
ValueError: SseStream option "mode" is "redirect", which needs option "redirect" or ini setting sse.redirect: where the hub's listener is, such as "/sse-hub" or "https://hub.example/sse"
bool(false)
string(0) ""
bool(false)
nothing thrown
ValueError: SseStream option "mode" is "redirect", which needs option "redirect" or ini setting sse.redirect: where the hub's listener is, such as "/sse-hub" or "https://hub.example/sse"
