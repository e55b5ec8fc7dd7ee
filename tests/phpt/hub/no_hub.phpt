--TEST--
where no hub listens, what needs one says so
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$nowhere = '/nonexistent/hub.sock';
echo thrown(fn () => SseHub::stats($nowhere)), "\n", thrown(fn () => SseHub::stats('')), "\n", thrown(fn () => SseHub::stats("/a\0b")), "\n";
echo thrown(fn () => SseHub::stats('/' . str_repeat('x', 200))), "\n";
$calls = [
    fn () => (new SsePublisher('memory:'))->publish('topic', 'x'),
    fn () => (new SsePublisher('memory:'))->ticket(['follow' => 'topic']),
    fn () => (new SsePublisher('memory:'))->disconnect('u1'),
    fn () => (new SseStream(['redis' => 'memory:']))->cursor('topic'),
];
foreach (['', $nowhere] as $hub) {
    ini_set('sse.hub', $hub);
    foreach ($calls as $call) {
        echo thrown($call), "\n";
    }
}
echo thrown(fn () => (new SseStream(['redis' => 'memory:', 'hub' => null]))->cursor('topic')), "\n";
?>
--EXPECTF--
SseException: Hub at /nonexistent/hub.sock: No such file or directory
ValueError: SseHub::stats(): Argument #1 ($control) cannot be empty
ValueError: SseHub::stats(): Argument #1 ($control) must not contain any null bytes
SseException: Hub at /xxx%s: File name too long
SseException: No hub is configured: set ini sse.hub to the path of its control socket
SseException: No ticket could be stored: memory: needs a hub, and none is configured: set ini sse.hub to its control socket
SseException: No hub is configured: set ini sse.hub to the path of its control socket
SseException: No hub is configured: set ini sse.hub to the path of its control socket
SseException: Hub at /nonexistent/hub.sock: No such file or directory
SseException: No ticket could be stored: hub at /nonexistent/hub.sock: No such file or directory
SseException: Hub at /nonexistent/hub.sock: No such file or directory
SseException: Hub at /nonexistent/hub.sock: No such file or directory
SseException: No hub is configured: set ini sse.hub to the path of its control socket
