--TEST--
handlers of pcntl_signal() are called while run() is running, with and without pcntl_async_signals()
--EXTENSIONS--
pcntl
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach ([false, true] as $async) {
    foreach (['new SseStream(["heartbeat" => 0])', 'new RedisSubscriber'] as $target) {
        $process = new PhpProcess('pcntl_async_signals($async);
            $target = ' . $target . ';
            pcntl_signal(SIGTERM, function () use ($target) { echo "handled\n"; $target->stop(); });
            $target->every(0.01, function () { static $once; $once ??= print("ready\n"); });
            $target->every(100, fn () => 0);
            $target->run();
            echo "ended";', ['async' => $async]);
        $process->wait_for('ready');
        $process->signal(SIGTERM);
        echo $process->end(), ' ', strtr($process->output, "\n", ' '), "\n";
    }
}
?>
--EXPECT--
exit 0 ready handled ended
exit 0 ready handled ended
exit 0 ready handled ended
exit 0 ready handled ended
