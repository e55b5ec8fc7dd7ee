--TEST--
run() leaves the signal handlers as it found them
--EXTENSIONS--
pcntl
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$process = new PhpProcess('pcntl_signal(SIGUSR1, function () { echo "the caller\'s\n"; });
    $subscriber = new RedisSubscriber;
    $subscriber->onSignal(SIGUSR1, function () { echo "the subscriber\'s\n"; })->every(0.01, function ($subscriber) {
        static $step = 0;
        $step++ === 0 ? exec("kill -USR1 " . getmypid()) : $subscriber->stop();
    });
    $subscriber->run();
    exec("kill -USR1 " . getmypid());
    pcntl_signal_dispatch();
    $subscriber->onSignal(SIGTERM, fn () => 0)->run();
    echo "before SIGTERM\n";
    exec("kill -TERM " . getmypid());
    sleep(10);');
echo $process->end(), "\n", $process->output;
?>
--EXPECT--
signal 15
the subscriber's
the caller's
before SIGTERM
