<?php

// One idle inline stream, to be looked at from outside. Writes its RSS in KiB to standard error before it begins.
// php footprint.php PORT

$rss = fn (): int => (int) preg_replace('/.*^Rss:\s+(\d+) kB.*/ms', '$1', file_get_contents('/proc/self/smaps_rollup'));
$rss(); // so that the measuring itself is in memory already
fwrite(STDERR, $rss()."\n");
(new SseStream(['redis' => "redis://127.0.0.1:{$argv[1]}"]))->subscribe('idle')->run();
