<?php

(new SseStream(['redis' => "redis://127.0.0.1:{$_SERVER['REDIS_PORT']}", 'hub' => $_SERVER['HUB_CONTROL'], 'mode' => 'handoff']))
    ->subscribe($_GET['c'])
    ->run();
