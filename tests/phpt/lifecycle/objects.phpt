--TEST--
no clone, no serialization, no dynamic properties, no subclass, no second constructor
--FILE--
<?php
require __DIR__ . '/../redis.inc';

foreach ([new SseStream, new RedisSubscriber, new SsePublisher] as $object) {
    echo thrown(fn () => clone $object), "\n";
    echo thrown(fn () => serialize($object)), "\n";
    echo thrown(fn () => unserialize(sprintf('O:%d:"%s":0:{}', strlen($object::class), $object::class))), "\n";
    echo thrown(fn () => $object->dynamic = 1), "\n";
    echo thrown(fn () => $object->__construct()), "\n";
    var_dump((new ReflectionClass($object))->isFinal());
}
var_dump(get_parent_class('SseException'), (array) new SseStream);
?>
--EXPECT--
Error: Trying to clone an uncloneable object of class SseStream
Exception: Serialization of 'SseStream' is not allowed
Exception: Unserialization of 'SseStream' is not allowed
Error: Cannot create dynamic property SseStream::$dynamic
SseException: The stream is constructed already
bool(true)
Error: Trying to clone an uncloneable object of class RedisSubscriber
Exception: Serialization of 'RedisSubscriber' is not allowed
Exception: Unserialization of 'RedisSubscriber' is not allowed
Error: Cannot create dynamic property RedisSubscriber::$dynamic
SseException: The subscriber is constructed already
bool(true)
Error: Trying to clone an uncloneable object of class SsePublisher
Exception: Serialization of 'SsePublisher' is not allowed
Exception: Unserialization of 'SsePublisher' is not allowed
Error: Cannot create dynamic property SsePublisher::$dynamic
SseException: The publisher is constructed already
bool(true)
string(16) "RuntimeException"
array(0) {
}
