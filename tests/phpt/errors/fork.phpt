--TEST--
a child that is forked in a callback and exits leaves its parent's stream alone
--EXTENSIONS--
pcntl
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->subscribe('c')->follow('t');
$forks = 0;
$stream->onMessage(function () use (&$forks) {
    $forks++;
    if (pcntl_fork() === 0) {
        exit;
    }
    pcntl_wait($status);
    return ['event' => pcntl_wexitstatus($status) === 0 ? 'fine' : 'failed'];
});
$output = new Output(false);
perform($stream,
    function () {
        if (pcntl_fork() === 0) {
            exit;
        }
        pcntl_wait($status);
    },
    fn () => $redis->call('PUBLISH', 'c', 'one'), fn () => $publisher->publish('t', 'two'), fn () => $redis->call('PUBLISH', 'c', 'three'),
    fn () => count($output->data()) === 3,
    fn () => $publisher->publish('t', 'four'), fn () => $output->has('four'));
$reason = $stream->run();
ob_end_clean();
$data = $output->data();
sort($data);
echo $reason, ' ', implode(' ', $data), ' ', implode(' ', array_unique(array_column(events($output->text), 'event'))), " $forks";
?>
--EXPECT--
stopped four one three two fine 4
