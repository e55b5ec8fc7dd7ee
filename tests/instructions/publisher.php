<?php

// Does one thing for each line of its input, and answers with a line: "publish TOPIC" or "encode", a space, and how often.

$publisher = new SsePublisher();
$data = ['id' => 4711, 'status' => 'shipped', 'note' => str_repeat('x', 60)];

echo "ready\n";
while (($line = fgets(STDIN)) !== false) {
    [$what, $times, $topic] = explode(' ', trim($line)) + [2 => ''];
    for ($i = 0; $i < (int) $times; $i++) {
        match ($what) {
            'publish' => $publisher->publish($topic, $data, 'order'),
            'encode' => SseStream::encode($data, 'order', '1795564003675-0'),
        };
    }
    echo "done\n";
}
