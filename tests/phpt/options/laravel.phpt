--TEST--
Laravel's connection array is taken as it stands in config/database.php
--FILE--
<?php
require __DIR__ . '/../redis.inc';

$redis = new RedisServer(['requirepass' => 'secret']);
$connection = [
    'url' => null, 'host' => '127.0.0.1', 'username' => null, 'password' => 'secret', 'port' => (string) $redis->port, 'database' => '1',
    'max_retries' => 3, 'backoff_algorithm' => 'decorrelated_jitter', 'backoff_base' => 100, 'backoff_cap' => 1000,
    'options' => ['cluster' => 'redis', 'prefix' => 'laravel_database_', 'persistent' => false],
    'client' => 'phpredis', 'name' => 'default', 'persistent' => true, 'persistent_id' => 'x', 'context' => [], 'retry_interval' => 100,
    'read_write_timeout' => -1, 'parameters' => [], 'read_timeout' => 60, 'timeout' => 2,
];
(new SsePublisher($connection))->publish('topic', 'x');
(new SsePublisher(['url' => '', 'scheme' => 'tcp', 'prefix' => 'own:', 'options' => []] + $connection))->publish('topic', 'x');
(new SsePublisher(['host' => $redis->socket, 'database' => 2] + $connection))->publish('socket', 'x');
(new SsePublisher(['scheme' => 'unix', 'path' => $redis->socket, 'host' => '127.0.0.1', 'database' => 2] + $connection))->publish('path', 'x');
foreach ([1, 2] as $database) {
    $redis->call('SELECT', $database);
    $keys = $redis->call('KEYS', '*');
    sort($keys);
    echo implode(' ', $keys), "\n";
}
?>
--EXPECT--
laravel_database_sse laravel_database_sse:topic own:sse own:sse:topic
laravel_database_sse laravel_database_sse:path laravel_database_sse:socket
