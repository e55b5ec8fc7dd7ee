--TEST--
a mode that was asked for and cannot be is logged once in a while, and the stream is served inline
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$log = "$redis->dir/php.log";
ini_set('log_errors', '1');
ini_set('error_log', $log);
function stream(array $options): void
{
    global $redis;
    $stream = (new SseStream($options + ['redis' => $redis->dsn()]))->event('hello');
    echo perform($stream, fn () => true)->run(), "\n";
}
foreach ([['mode' => 'auto'], ['mode' => 'inline'], ['mode' => 'auto', 'hub' => '/nonexistent'], ['mode' => 'auto', 'redirect' => '/hub']] as $options) {
    stream($options);
}
var_dump(file_exists($log));
foreach ([['mode' => 'handoff'], ['mode' => 'handoff'], ['mode' => 'redirect', 'redirect' => '/hub'], ['mode' => 'handoff']] as $options) {
    stream($options);
}
// Without callbacks it is the hub that is missing, and then the SAPI.
foreach ([['mode' => 'handoff'], ['mode' => 'handoff', 'hub' => '/nonexistent'], ['mode' => 'redirect', 'redirect' => '/hub']] as $options) {
    echo (new SseStream($options + ['redis' => $redis->dsn(), 'maxLifetime' => 0.01]))->run(), "\n";
}
echo preg_replace('/^\[.*?\] /m', '', file_get_contents($log));
?>
--EXPECT--
data: hello

stopped
data: hello

stopped
data: hello

stopped
data: hello

stopped
bool(false)
data: hello

stopped
data: hello

stopped
data: hello

stopped
data: hello

stopped
expired
expired
expired
sse: mode "handoff" is not possible (a stream with onMessage(), every() or history() stays in the worker): streaming inline
sse: mode "redirect" is not possible (a stream with onMessage(), every() or history() stays in the worker): streaming inline
sse: mode "handoff" is not possible (no hub is configured: set option hub or ini sse.hub to its control socket): streaming inline
sse: mode "handoff" is not possible (only PHP-FPM and php -S can pass their connections on): streaming inline
sse: mode "redirect" is not possible (this PHP does not send its own headers: answer with a ticket of SsePublisher::ticket()): streaming inline
