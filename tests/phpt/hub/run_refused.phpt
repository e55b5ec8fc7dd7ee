--TEST--
a hub that cannot listen throws, and one that was stopped before does not run
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$dir = sys_get_temp_dir() . '/sse-hub-' . getmypid();
echo thrown(fn () => (new SseHub(['control' => "$dir/hub.sock", 'redis' => 'memory:']))->run()), "\n";
echo thrown(fn () => (new SseHub(['control' => '/' . str_repeat('x', 200), 'redis' => 'memory:']))->run()), "\n";
mkdir($dir, 0700);
$hub = new SseHub(['control' => "$dir/hub.sock", 'redis' => 'memory:']);
$hub->stop();
$hub->run();
var_dump(file_exists("$dir/hub.sock"));
rmdir($dir);
echo thrown(fn () => $hub->__construct(['control' => '/a'])), "\n";
echo thrown(fn () => clone $hub), "\n";
?>
--EXPECTF--
SseException: %s
SseException: %s
bool(false)
SseException: The hub is constructed already
Error: Trying to clone an uncloneable object of class SseHub
