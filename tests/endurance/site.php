<?php

// The web site of the soak: publishes numbered events at steady rates, and makes tickets.
//
//     site.php JSON      {"redis": DSN, "topics": [[GROUP, NAME], …], "groups": {GROUP: {"rate": per second, "bytes": …, "maxlen": …}}}
//
// Each topic gets one event at the beginning; then each group's events go to its topics one after the other. An event is
// `#TOPIC NUMBER NS xxx…`, TOPIC its place in the list.
// Commands on standard input, each answered with one line of JSON:
//
//     sent                    how many events so far
//     ticket JSON             a ticket for this subscription
//     members TOPIC           who is present
//     end                     publishes one more to each topic, and then nothing; the number of the last event of each
//
// An event that Redis does not take ends it: here nothing is broken.
['redis' => $dsn, 'topics' => $topics, 'groups' => $groups] = json_decode($argv[1], true);
$glue = str_contains($dsn, '?') ? '&' : '?';
$next = array_fill(0, count($topics), 0);
foreach ($groups as &$group) {
    $group += ['publisher' => new SsePublisher("{$dsn}{$glue}maxlen={$group['maxlen']}"), 'topics' => [], 'turn' => 0, 'due' => hrtime(true)];
}
unset($group);
foreach ($topics as $index => [$name]) {
    $groups[$name]['topics'][] = $index;
}
$tickets = new SsePublisher($dsn);

$publish = function (int $index) use ($topics, $groups, &$next): void {
    [$group, $name] = $topics[$index];
    $data = sprintf('#%d %d %d ', $index, $next[$index]++, hrtime(true));
    $groups[$group]['publisher']->publish($name, str_pad($data, $groups[$group]['bytes'], 'x'));
};

array_map($publish, array_keys($topics)); // so that all logs are there from the beginning
$ends = false;
while (true) {
    $due = min(array_column($groups, 'due'));
    $wait = $ends ? 1_000_000 : max(0, intdiv($due - hrtime(true), 1000));
    $read = [STDIN];
    $none = null;
    if (stream_select($read, $none, $none, intdiv($wait, 1_000_000), $wait % 1_000_000) > 0) {
        $line = fgets(STDIN);
        if ($line === false) {
            exit;
        }
        [$command, $argument] = explode(' ', rtrim($line), 2) + [1 => ''];
        if ($command === 'end') {
            $ends = true;
            array_map($publish, array_keys($topics));
        }
        echo json_encode(match ($command) {
            'sent' => array_sum($next),
            'ticket' => $tickets->ticket(json_decode($argument, true), 30),
            'members' => array_keys($tickets->members($argument)),
            'end' => array_map(fn (int $number) => $number - 1, $next),
        }), "\n";
    }
    $now = hrtime(true);
    foreach ($groups as &$group) {
        if (! $ends && $group['due'] <= $now) {
            $publish($group['topics'][$group['turn']++ % count($group['topics'])]);
            // What the machine held up for long is not made up for.
            $group['due'] = max($group['due'] + (int) (1_000_000_000 / $group['rate']), $now - 1_000_000_000);
        }
    }
    unset($group);
}
