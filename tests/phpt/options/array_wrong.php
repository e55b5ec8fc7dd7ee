<?php
require __DIR__ . '/../redis.inc';

foreach ([['hots' => 'localhost'], ['localhost'], ['host' => ['a']], ['host' => ''], ['port' => 'x'], ['port' => 70000], ['database' => -1],
    ['database' => 'x'], ['scheme' => 'http'], ['options' => ['prefx' => 'a']], ['options' => 'a'], ['options' => ['prefix' => []]], ['url' => 'nowhere'],
    ['password' => new stdClass], ['host' => 'a b'], ['host' => 'http://a'], ['path' => 'relative'], ['timeout' => 'x'], ['username' => "a\0b", 'password' => 'x'],
    ['prefix' => fopen('php://memory', 'r')], ['url' => ['a']]] as $connection) {
    echo thrown(fn () => new RedisSubscriber($connection)), "\n";
}
?>
