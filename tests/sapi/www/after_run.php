<?php

// What a script may do after run(): none of it is the client's. ?finish calls fastcgi_finish_request() first.
require __DIR__ . '/notes.inc';

register_shutdown_function(function (): void {
    echo "data: from the shutdown function\n\n";
    note(['page' => $_GET['page'] . '-shutdown', 'status' => connection_status()]);
});
run_and_note((new SseStream())->event('first')->follow($_GET['follow']));
if (isset($_GET['finish']) && function_exists('fastcgi_finish_request')) {
    fastcgi_finish_request();
}
echo "data: echoed\n\n";
header('X-Late: yes');
ob_start();
echo str_repeat("data: buffered\n\n", 2000);
ob_end_flush();
flush();
throw new DomainException('after run()');
