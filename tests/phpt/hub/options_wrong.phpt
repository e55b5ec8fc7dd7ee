--TEST--
an unknown, missing or impossible option of SseHub is a ValueError that names it
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach ([[], ['controll' => '/a'], ['/a'], ['control' => ''], ['control' => "/a\0b"], ['listen' => ''], ['path' => ''], ['path' => 'sse'],
    ['path' => '/a?b'], ['redis' => 'nowhere'], ['maxClients' => 0], ['maxPerUser' => -1], ['maxPerIp' => -1], ['maxChannels' => -1], ['clientBuffer' => 4095], ['overflow' => 'block'],
    ['drain' => -1], ['drain' => NAN], ['jwtSecret' => ''], ['jwtSecret' => str_repeat('x', 31)], ['cors' => ['app.example']],
    ['cors' => 'https://app.example/'], ['cors' => ["https://a\r\nb"]], ['workers' => 0],
    ['workers' => 65], ['control' => '/a', 'redis' => 'memory:', 'workers' => 2]] as $options) {
    echo thrown(fn () => new SseHub($options)), "\n";
}
?>
--EXPECT--
ValueError: SseHub option "control" is missing: the path of the hub's control socket
ValueError: SseHub has no option "controll"; it knows control, listen, path, redis, maxClients, maxPerUser, maxPerIp, maxChannels, clientBuffer, overflow, drain, jwtSecret, cors, takeover and workers
ValueError: SseHub options must be an array with string keys
ValueError: SseHub option "control" must not be empty or contain NUL bytes
ValueError: SseHub option "control" must not be empty or contain NUL bytes
ValueError: SseHub option "listen" must not be empty or contain NUL bytes
ValueError: SseHub option "path" must not be empty or contain NUL bytes
ValueError: SseHub option "path" must begin with "/" and hold no "?", "#" or space
ValueError: SseHub option "path" must begin with "/" and hold no "?", "#" or space
ValueError: SseHub option "redis": Redis DSN: it does not begin with redis://, rediss:// or unix://
ValueError: SseHub option "maxClients" must be from 1 to 2147483647
ValueError: SseHub option "maxPerUser" must be from 0 to 2147483647
ValueError: SseHub option "maxPerIp" must be from 0 to 2147483647
ValueError: SseHub option "maxChannels" must be from 0 to 2147483647
ValueError: SseHub option "clientBuffer" must be from 4096 to 2147483647
ValueError: SseHub option "overflow" must be "cut", "drop-oldest" or "latest"
ValueError: SseHub option "drain" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseHub option "drain" must be 0 or from 0.001 to 31622400 seconds
ValueError: SseHub option "jwtSecret" must have at least 32 bytes
ValueError: SseHub option "jwtSecret" must have at least 32 bytes
ValueError: SseHub option "cors" must hold origins such as "https://app.example" (no path), or "*"
ValueError: SseHub option "cors" must hold origins such as "https://app.example" (no path), or "*"
ValueError: SseHub option "cors" must hold origins such as "https://app.example" (no path), or "*"
ValueError: SseHub option "workers" must be from 1 to 64
ValueError: SseHub option "workers" must be from 1 to 64
ValueError: SseHub option "workers" must be 1 with "memory:", whose events are in one process
