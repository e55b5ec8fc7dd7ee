--TEST--
a prefix is text, not a pattern, and names come without it
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
foreach (['app:', '*', '?', '[a]', 'a\\', '\\*', '[^x]-', "\0\xFF\n", 'a]b[', '**?'] as $prefix) {
    $stream = (new SseStream(['redis' => $redis->dsn('?prefix=' . rawurlencode($prefix)), 'maxLifetime' => 30]))
        ->psubscribe('u.*')->subscribe('u.x')->onMessage(fn ($payload, $source) => ['data' => "$source=$payload"]);
    $output = new Output(false);
    perform($stream,
        fn () => array_map(fn ($other) => $redis->call('PUBLISH', $other . 'u.y', 'never'), ['x', 'a', '', 'ab', '[', 'appx', "\\", '-', '[^x]x', '\\x', 'xx?']),
        fn () => $redis->call('PUBLISH', $prefix . 'u.x', 'hi'),
        fn () => $redis->call('PUBLISH', $prefix . 'u.end', 'hi'),
        fn () => $output->has('u.end'));
    $reason = $stream->run();
    ob_end_clean();
    echo addcslashes($prefix, "\0..\37\177..\377"), ' ', implode(' ', $output->data()), " $reason\n";
}
?>
--EXPECT--
app: u.x=hi u.x=hi u.end=hi stopped
* u.x=hi u.x=hi u.end=hi stopped
? u.x=hi u.x=hi u.end=hi stopped
[a] u.x=hi u.x=hi u.end=hi stopped
a\ u.x=hi u.x=hi u.end=hi stopped
\* u.x=hi u.x=hi u.end=hi stopped
[^x]- u.x=hi u.x=hi u.end=hi stopped
\000\377\n u.x=hi u.x=hi u.end=hi stopped
a]b[ u.x=hi u.x=hi u.end=hi stopped
**? u.x=hi u.x=hi u.end=hi stopped
