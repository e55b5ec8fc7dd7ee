--TEST--
empty data is an event with empty data, an empty id resets the client's id, an empty name is none
--FILE--
<?php
foreach ([[''], ['', ''], ['', null, ''], ["\n"], ["\n\n"], [' '], ["\t"]] as $arguments) {
    echo json_encode(SseStream::encode(...$arguments)), "\n";
}
?>
--EXPECT--
"data:\n\n"
"data:\n\n"
"id:\ndata:\n\n"
"data:\ndata:\n\n"
"data:\ndata:\ndata:\n\n"
"data:  \n\n"
"data: \t\n\n"
