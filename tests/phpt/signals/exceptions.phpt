--TEST--
an exception or exit() in onSignal() leaves run(), and the handlers are gone
--EXTENSIONS--
pcntl
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$subscriber = new RedisSubscriber;
$subscriber->onSignal(SIGUSR1, fn () => throw new DomainException('signal'));
$subscriber->every(0.01, fn () => exec('kill -USR1 ' . getmypid()));
echo thrown(fn () => $subscriber->run(30)), "\n";
$process = new PhpProcess('$subscriber = new RedisSubscriber;
    $subscriber->onSignal(SIGUSR1, fn () => exit(9))->every(0.01, fn () => exec("kill -USR1 " . getmypid()));
    $subscriber->run(30);');
echo $process->end();
?>
--EXPECT--
DomainException: signal
exit 9
