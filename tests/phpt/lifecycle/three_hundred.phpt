--TEST--
300 streams in one process leave neither memory nor descriptors behind
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$process = new PhpProcess('require $inc;
    $redis = new RespClient("unix://$socket");
    $publisher = new SsePublisher($dsn);
    ob_start(fn () => "", 1);
    for ($i = 0; $i < 300; $i++) {
        $redis->call("RPUSH", "jobs", "item");
        $stream = new SseStream(["redis" => $dsn, "lastEventId" => "0-0"]);
        $stream->cursor("t");
        $stream->subscribe("c")->psubscribe("p*")->follow("t")->queue("jobs")->history("h", 5);
        $count = 0;
        $stream->onMessage(function () use ($stream, &$count) {
            if (++$count === 3) { $i = 0; $stream->stop(); }
            return ["event" => "x"];
        });
        $stream->every(0.001, function () use ($redis, $publisher, $stream) {
            $redis->call("PUBLISH", "c", "x");
            $publisher->publish("t", "y");
        });
        $reasons[$stream->run()] = true;
        unset($stream);
        if ($i === 20) { $memory = memory_get_usage(); $descriptors = open_descriptors(); }
    }
    $grown = memory_get_usage() - $memory;
    $more = open_descriptors() - $descriptors;
    ob_end_clean();
    echo implode(",", array_keys($reasons)), $grown < 20000 ? " flat" : " $grown bytes", ", $more descriptors";',
    ['inc' => __DIR__ . '/../redis.inc', 'socket' => $redis->socket, 'dsn' => $redis->dsn()], [], ['USE_ZEND_ALLOC' => '1']);
echo $process->end(), ' ', $process->output;
?>
--EXPECT--
exit 0 stopped flat, 0 descriptors
