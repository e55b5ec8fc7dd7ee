<?php

// Publishes `count` numbers from `from` on to a topic, `pause` microseconds apart, and answers with their ids.
$publisher = new SsePublisher();
$ids = [];
$from = (int) ($_GET['from'] ?? 1);
for ($number = $from; $number < $from + (int) ($_GET['count'] ?? 1); $number++) {
    $ids[] = $publisher->publish($_GET['topic'], $number, $_GET['event'] ?? null);
    usleep((int) ($_GET['pause'] ?? 0));
}
header('Content-Type: application/json');
echo json_encode($ids);
