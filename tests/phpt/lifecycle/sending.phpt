--TEST--
retry, event() and comment() before run() come first and in order, and in callbacks at once
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$stream = new SseStream(['retry' => 1500, 'maxLifetime' => 30]);
$stream->event('queued', 'a', '1', 20)->comment('note')->comment("two\nlines\r")->comment();
$output = new Output;
$stream->every(0.01, function ($stream) use ($output) {
    $stream->event(['now' => true]);
    echo $output->has('now') ? "(sent at once)\n\n" : "(not yet)\n\n";
    $stream->comment('bye')->stop();
});
echo $stream->run();
?>
--EXPECT--
retry: 1500

event: a
id: 1
retry: 20
data: queued

: note

: two
: lines
:

:

data: {"now":true}

(sent at once)

: bye

stopped
