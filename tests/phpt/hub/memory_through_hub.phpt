--TEST--
publish(), publishMany(), cursor(), ticket() and disconnect() with "memory:" go over the control socket
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$control = sys_get_temp_dir() . '/sse-hub-' . getmypid() . '.sock';
$hub = new PhpProcess('(new SseHub(["control" => $control, "redis" => "memory:"]))->run();', ['control' => $control], quiet: true);
wait_until(fn () => file_exists($control) || !$hub->is_running(), 'the hub');
ini_set('sse.hub', $control);
$publisher = new SsePublisher('memory:');
$id = $publisher->publish('topic', ['a' => 1], 'event');
var_dump(preg_match('/^\d+-\d+$/D', $id), (new SseStream(['redis' => 'memory:']))->cursor('topic') === $id);
var_dump(preg_match('/^[\w-]{43}$/D', $publisher->ticket(['follow' => 'topic'])), $publisher->disconnect('nobody'));
echo thrown(fn () => $publisher->publish('topic', str_repeat('x', 131072))), "\n";
echo thrown(fn () => $publisher->publish(str_repeat('x', 1025), 'x')), "\n";
echo count($publisher->publishMany([['topic', 1], ['topic', 2, 'event']])), "\n";
echo thrown(fn () => $publisher->publishMany([['topic', 3], [str_repeat('x', 1025), 4], ['topic', 5]])), "\n";
$stats = SseHub::stats($control);
var_dump($stats['clients'], $stats['control_messages'] > 0);
$hub->signal(15);
echo $hub->end();
?>
--EXPECTF--
int(1)
bool(true)
int(1)
int(0)
SseException: Hub at %s: a message of 131%d bytes is longer than the 131072 that it takes
SseException: Hub at %s: a name must have 1 to 1024 bytes
2
SseException: Hub at %s: a name must have 1 to 1024 bytes; 1 of 3 events were published
int(0)
bool(true)
exit 0
