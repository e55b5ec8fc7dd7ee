--TEST--
no object comes about without its constructor
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach (['SseStream', 'RedisSubscriber', 'SsePublisher'] as $class) {
    echo thrown(fn () => (new ReflectionClass($class))->newInstanceWithoutConstructor()), "\n";
}
?>
--EXPECT--
ReflectionException: Class SseStream is an internal class marked as final that cannot be instantiated without invoking its constructor
ReflectionException: Class RedisSubscriber is an internal class marked as final that cannot be instantiated without invoking its constructor
ReflectionException: Class SsePublisher is an internal class marked as final that cannot be instantiated without invoking its constructor
