--TEST--
onSignal() is called back within half a second, with the number of the signal
--EXTENSIONS--
pcntl
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$process = new PhpProcess('$subscriber = (new RedisSubscriber($dsn))->subscribe("c", fn () => 0);
    foreach ([SIGUSR1, SIGUSR2, SIGTERM] as $signal) {
        $subscriber->onSignal($signal, function (...$arguments) use ($subscriber) {
            echo implode(",", $arguments), "\n";
            $arguments === [SIGTERM] && $subscriber->stop();
        });
    }
    $subscriber->every(0.01, function () { static $once; $once ??= print("ready\n"); });
    $subscriber->run();
    echo "ended\n";', ['dsn' => $redis->dsn()]);
$process->wait_for('ready');
foreach ([SIGUSR1 => '10', SIGUSR2 => '12', SIGTERM => '15'] as $signal => $text) {
    $start = microtime(true);
    $process->signal($signal);
    $process->wait_for("$text\n");
    echo $text, ' ', microtime(true) - $start < (getenv('USE_ZEND_ALLOC') === '0' ? 5 : 0.6) ? 'in time' : 'late', "\n";
}
echo $process->end(), ' ', strtr($process->output, "\n", ' ');
?>
--EXPECT--
10 in time
12 in time
15 in time
exit 0 ready 10 12 15 ended 
