--TEST--
a topic that was never published begins with an id, which already resumes
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$publisher = new SsePublisher($redis->dsn());
$stream = (new SseStream(['redis' => $redis->dsn(), 'maxLifetime' => 30]))->follow('new');
$output = new Output;
perform($stream, fn () => $output->has("id: "));
$stream->run();
ob_end_flush();
preg_match('/^id: (\d+-\d+)\n\n$/', $output->text, $id);
foreach (['one', 'two'] as $data) {
    $publisher->publish('new', $data);
}
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => $id[1], 'maxLifetime' => 30]))->follow('new');
$output = new Output;
perform($stream, fn () => $output->has('two'));
echo $stream->run();
?>
--EXPECTF--
id: %d-%d

id: %d-%d
data: one

id: %d-%d
data: two

stopped
