<?php

// One inline stream in CLI. php stream.php PORT CHANNEL

(new SseStream(['redis' => "redis://127.0.0.1:{$argv[1]}", 'heartbeat' => 0]))->subscribe($argv[2])->run();
