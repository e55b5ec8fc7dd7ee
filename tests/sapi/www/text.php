<?php

// Text with everything that a line-based format could trip over, as a string, as JSON and as an event of a topic.
const TEXT = "one\ntwo\r\nthree\rfour\n\nid: forged\n🐘 ünïcode \u{2028} end\n";
if (isset($_GET['topic'])) {
    (new SsePublisher())->publish($_GET['topic'], TEXT);
} else {
    $stream = (new SseStream())->event(TEXT)->event(['text' => TEXT]);
    $stream->stop();
    $stream->run();
}
