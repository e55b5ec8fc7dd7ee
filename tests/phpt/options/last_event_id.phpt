--TEST--
lastEventId() is the option, else the Last-Event-ID header, and an empty one is none
--ENV--
HTTP_LAST_EVENT_ID=from the header
--FILE--
<?php
require __DIR__ . '/../redis.inc';

var_dump((new SseStream)->lastEventId());
var_dump((new SseStream(['lastEventId' => '1-2']))->lastEventId());
var_dump((new SseStream(['lastEventId' => '']))->lastEventId());
var_dump((new SseStream(['lastEventId' => null]))->lastEventId());
var_dump((new SseStream(['lastEventId' => "a b\xFF"]))->lastEventId());
?>
--EXPECTF--
string(15) "from the header"
string(3) "1-2"
NULL
NULL
string(4) "a b%s"
