--TEST--
a daemon that closed its standard streams can publish and subscribe
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$process = new PhpProcess('fclose(STDIN); $id = (new SsePublisher($dsn))->publish("t", "x"); (new RedisSubscriber($dsn))->subscribe("c", fn () => 0)->run(0.1); echo strlen($id) > 5 ? "published" : $id;',
    ['dsn' => $redis->dsn()]);
echo $process->end(), ' ', trim($process->output);
?>
--EXPECT--
exit 0 published
