--TEST--
what is not a string goes out as JSON in one line
--FILE--
<?php
final class Price implements JsonSerializable
{
    public function jsonSerialize(): mixed
    {
        return ['price' => "1\n2", 'path' => 'a/b', 'text' => 'grün'];
    }
}
enum Suit: string
{
    case Hearts = 'H';
}
$text = 'by reference';
foreach ([null, true, false, 0, -7, 1.5, 1.0, [], [1, 2], ['a' => ['b' => null]], new stdClass, new Price, Suit::Hearts, [&$text]] as $data) {
    echo SseStream::encode($data);
}
?>
--EXPECT--
data: null

data: true

data: false

data: 0

data: -7

data: 1.5

data: 1

data: []

data: [1,2]

data: {"a":{"b":null}}

data: {}

data: {"price":"1\n2","path":"a/b","text":"grün"}

data: "H"

data: ["by reference"]
