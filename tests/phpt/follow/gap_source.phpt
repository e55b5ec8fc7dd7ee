--TEST--
the gap's data is JSON whatever the topic's name is
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$stream = (new SseStream(['redis' => $redis->dsn(), 'lastEventId' => 'x', 'maxLifetime' => 30]))->follow("a\"\\\n\0\xFF ü");
$output = new Output(false);
perform($stream, fn () => $output->has("id: "));
$stream->run();
ob_end_clean();
var_dump(json_decode(events($output->text)[0]['data'], true, 5, JSON_THROW_ON_ERROR)['source'] === "a\"\\\n\0\u{FFFD} ü");
?>
--EXPECT--
bool(true)
