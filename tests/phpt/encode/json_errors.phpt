--TEST--
data without a JSON form is a JsonException, exceptions of jsonSerialize() pass through
--FILE--
<?php
final class Broken implements JsonSerializable
{
    public function jsonSerialize(): mixed
    {
        throw new LogicException('no JSON today');
    }
}
enum Plain
{
    case One;
}
$loop = [];
$loop[] = &$loop;
$deep = 'x';
for ($i = 0; $i < 600; $i++) {
    $deep = [$deep];
}
foreach (['UTF-8' => ["\xFF"], 'NAN' => NAN, 'INF' => [INF], 'recursion' => $loop, 'depth' => $deep, 'resource' => fopen('php://memory', 'r'),
    'enum' => Plain::One, 'closure' => new Broken] as $name => $data) {
    try {
        SseStream::encode($data);
        echo "$name: nothing thrown\n";
    } catch (Exception $error) {
        echo $name, ': ', get_class($error), ', ', $error->getMessage(), "\n";
    }
}
unset($data);
$loop = null;
gc_collect_cycles();
?>
--EXPECT--
UTF-8: JsonException, Malformed UTF-8 characters, possibly incorrectly encoded
NAN: JsonException, Inf and NaN cannot be JSON encoded
INF: JsonException, Inf and NaN cannot be JSON encoded
recursion: JsonException, Recursion detected
depth: JsonException, Maximum stack depth exceeded
resource: JsonException, Type is not supported
enum: JsonException, Non-backed enums have no default serialization
closure: LogicException, no JSON today
