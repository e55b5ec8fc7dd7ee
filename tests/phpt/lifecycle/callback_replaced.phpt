--TEST--
a callback whose destructor registers another one while it is replaced
--EXTENSIONS--
pcntl
--FILE--
<?php
final class Registers
{
    public function __construct(private RedisSubscriber $subscriber) {}

    public function __destruct()
    {
        foreach (range(1, 12) as $signal) {
            $signal === 9 || $this->subscriber->onSignal($signal, fn () => 0);
        }
        echo "destructed\n";
    }
}

$subscriber = new RedisSubscriber();
$guard = new Registers($subscriber);
$subscriber->onSignal(SIGUSR1, function () use ($guard) {});
unset($guard);
$subscriber->onSignal(SIGUSR1, fn () => 1);
echo 'done';
?>
--EXPECT--
destructed
done
