--TEST--
exit() in every kind of callback ends the process in order
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('RPUSH', 'jobs', 'job');
foreach (['$stream->every(0.01, $exit);', '$stream->subscribe("c")->onMessage($exit);', '$stream->queue("jobs")->onMessage($exit);', '$stream->history("jobs")->onMessage($exit);'] as $declare) {
    $process = new PhpProcess('final class Noted { public function __destruct() { echo "destructor\n"; } }
        register_shutdown_function(function () { echo "shutdown\n"; });
        $noted = new Noted;
        $stream = new SseStream(["redis" => $dsn]);
        $exit = function () use ($stream) { try { $stream->event("bye"); exit(3); } finally { echo "never\n"; } };
        ' . $declare . '
        require $inc;
        $redis = new RespClient("unix://$socket");
        $stream->every(0.005, fn () => $redis->call("PUBLISH", "c", "x"));
        $stream->run();
        echo "never\n";', ['dsn' => $redis->dsn(), 'inc' => __DIR__ . '/../redis.inc', 'socket' => $redis->socket]);
    echo $process->end(), ' ', strtr($process->output, "\n", ' '), "\n";
}
echo $redis->call('LLEN', 'jobs');
?>
--EXPECT--
exit 3 data: bye  shutdown destructor 
exit 3 data: bye  shutdown destructor 
exit 3 data: bye  shutdown destructor 
exit 3 data: bye  shutdown destructor 
1
