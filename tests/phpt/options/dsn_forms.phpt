--TEST--
TCP, Unix socket, password, database, prefix and percent-encoding in a DSN reach Redis
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer(['requirepass' => 's3cr:t/@%']);
$redis->call('ACL', 'SETUSER', 'ann+e', 'on', '>p w', '~*', '&*', '+@all');
$port = $redis->port;
$password = rawurlencode('s3cr:t/@%');
$socket = str_replace('-', '%2d', $redis->socket);
foreach (["redis://:$password@127.0.0.1:$port", "REDIS://:$password@localhost:$port/", "tcp://default:$password@127.0.0.1:$port/3",
    "redis://ann+e:p%20w@127.0.0.1:$port/0?db=4", "unix://:$password@$socket?db=5", "redis+unix://$socket?password=$password&database=6",
    "redis://127.0.0.1:$port?username=ann%2Be&password=p%20w&prefix=pre%3a%0a&timeout=2.5&read_timeout=7"] as $dsn) {
    $subscriber = new RedisSubscriber($dsn);
    preg_match('/ user=(\S+)/', $subscriber->command('CLIENT', 'INFO'), $user);
    preg_match('/ db=(\S+)/', $subscriber->command('CLIENT', 'INFO'), $db);
    echo "$user[1] $db[1]\n";
}
(new SsePublisher("redis://:$password@127.0.0.1:$port/7?prefix=a%00b%ff"))->publish('topic', 'x');
$redis->call('SELECT', 7);
$keys = $redis->call('KEYS', '*');
sort($keys);
var_dump($keys === ["a\0b\xFFsse", "a\0b\xFFsse:topic"]);
?>
--EXPECT--
default 0
default 0
default 3
ann+e 4
default 5
default 6
ann+e 0
bool(true)
