--TEST--
an exception of a pcntl_signal() handler leaves run()
--EXTENSIONS--
pcntl
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach ([false, true] as $async) {
    foreach (['new SseStream(["heartbeat" => 0])', 'new RedisSubscriber'] as $target) {
        $process = new PhpProcess('pcntl_async_signals($async);
            pcntl_signal(SIGTERM, fn () => throw new DomainException("terminated"));
            $target = ' . $target . ';
            $target->every(0.01, function () { static $once; $once ??= print("ready\n"); });
            try { $target->run(); } catch (DomainException $error) { echo $error->getMessage(); }', ['async' => $async]);
        $process->wait_for('ready');
        $process->signal(SIGTERM);
        echo $process->end(), ' ', strtr($process->output, "\n", ' '), "\n";
    }
}
?>
--EXPECT--
exit 0 ready terminated
exit 0 ready terminated
exit 0 ready terminated
exit 0 ready terminated
