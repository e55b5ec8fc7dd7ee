--TEST--
a signal and the end of run() are noticed while the first connection is still under way
--EXTENSIONS--
pcntl
--FILE--
<?php
// Listens, and never says a word.
$server = stream_socket_server('tcp://127.0.0.1:0');
$subscriber = new RedisSubscriber('redis://' . stream_socket_get_name($server, false) . '?timeout=30');
$subscriber->subscribe('c', fn () => 0)->onSignal(SIGALRM, fn () => $subscriber->stop());
pcntl_alarm(1);
$start = microtime(true);
$subscriber->run();
echo microtime(true) - $start < 10 ? 'stopped' : 'late', "\n";
$start = microtime(true);
$subscriber->run(0.2);
echo microtime(true) - $start < 10 ? 'ended' : 'late', "\n";
?>
--EXPECT--
stopped
ended
