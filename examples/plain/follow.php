<?php

// What publish.php writes to the topic "news". A browser that was away continues after its last id.

declare(strict_types=1);

$stream = new SseStream;
$stream->follow('news');
$stream->run();
