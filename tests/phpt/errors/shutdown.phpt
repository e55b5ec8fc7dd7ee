--TEST--
a stream may run in a shutdown function and in a destructor
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$process = new PhpProcess('final class Late { public function __destruct() { echo (new SseStream(["maxLifetime" => 0.01]))->event("destructor")->run(), "\n"; } }
    $late = new Late;
    register_shutdown_function(function () { echo (new SseStream(["maxLifetime" => 0.01]))->event("shutdown")->run(), "\n"; });');
echo $process->end(), "\n", $process->output;
?>
--EXPECT--
exit 0
data: shutdown

expired
data: destructor

expired
