--TEST--
run($seconds) ends after so long, and can be called again
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$subscriber = new RedisSubscriber($redis->dsn());
$seen = [];
$subscriber->subscribe('c', function ($payload) use (&$seen, $subscriber) {
    $seen[] = $payload;
    $subscriber->stop();
});
$start = microtime(true);
$subscriber->run(0.3);
$took = microtime(true) - $start;
var_dump($took >= 0.29 && $took < 5);
for ($round = 1; $round <= 3; $round++) {
    $publisher = new PhpProcess('require $inc; $redis = new RespClient("unix://$socket");
        wait_until(fn () => $redis->call("PUBLISH", "c", $round), "a subscriber");', ['inc' => __DIR__ . '/../redis.inc', 'socket' => $redis->socket, 'round' => $round]);
    $subscriber->run();
    $publisher->end();
}
echo implode(' ', array_unique($seen)), "\n";
foreach ([-1, NAN, INF, -0.001] as $seconds) {
    echo thrown(fn () => $subscriber->run($seconds)), "\n";
}
?>
--EXPECT--
bool(true)
1 2 3
ValueError: RedisSubscriber::run(): Argument #1 ($seconds) must be a number of seconds, 0 for no end
ValueError: RedisSubscriber::run(): Argument #1 ($seconds) must be a number of seconds, 0 for no end
ValueError: RedisSubscriber::run(): Argument #1 ($seconds) must be a number of seconds, 0 for no end
ValueError: RedisSubscriber::run(): Argument #1 ($seconds) must be a number of seconds, 0 for no end
