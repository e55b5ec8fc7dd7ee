--TEST--
no message about a DSN repeats its password
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$secret = 'hunter2';
foreach (["redis://:$secret@localhost:x", "redis://:{$secret}/@localhost", "redis://:a/$secret@localhost", "redis://user:$secret?x@localhost",
    "redis://:$secret", "redis://$secret@localhost", "$secret://localhost@", "redis://localhost?password=$secret&$secret", "redis://localhost?db=1?password=$secret",
    "redis://:a#$secret@localhost", "unix://:$secret@relative", "redis://localhost/$secret@"] as $dsn) {
    $message = thrown(fn () => new RedisSubscriber($dsn));
    echo str_starts_with($message, 'ValueError') && !str_contains($message, $secret) ? 'kept' : "$dsn: $message", "\n";
}
$message = thrown(fn () => (new RedisSubscriber("redis://user:$secret@127.0.0.1:1"))->command('PING'));
echo $message, "\n";
?>
--EXPECT--
kept
kept
kept
kept
kept
kept
kept
kept
kept
kept
kept
kept
SseException: Redis at 127.0.0.1:1: Connection refused
