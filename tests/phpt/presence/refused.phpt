--TEST--
presence that Redis refuses ends the stream with an exception
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer();
$redis->call('ACL', 'SETUSER', 'limited', 'on', '>secret', '~*', '&*', '+@all', '-zadd');
$stream = (new SseStream(['redis' => "redis://limited:secret@{$redis->address()}", 'maxLifetime' => 10]))->presence('room', '1', 1);
$output = new Output(false);
$message = thrown(fn () => $stream->run());
ob_end_clean();
echo $message;
?>
--EXPECTF--
SseException: Redis at 127.0.0.1:%d: %Scan't run this command%S
