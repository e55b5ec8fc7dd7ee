<?php

/**
 * The cases: what is done to a subject that was just started. Each returns the figures that it made, by the names that
 * lib/figures.php explains.
 */

/** Channels of their own for so many clients; the names are as long as people's are. */
function channelsFor(int $count): array
{
    return array_map(fn (int $i) => "user.$i", range(1, $count));
}

/** What went wrong, in a few words; '' if nothing did. */
function faults(array $figures): string
{
    $faults = [];
    foreach (['missing', 'lost', 'doubled', 'disordered', 'malformed', 'gaps', 'failed', 'cut', 'publish_errors'] as $name) {
        if (($figures[$name] ?? 0) > 0) {
            $faults[] = number_format($figures[$name]).' '.strtr($name, '_', ' ');
        }
    }

    return implode(', ', $faults);
}

/** Connections that hear nothing: what they cost in memory, how fast they are taken. */
function idleCase(Bench $bench, Subject $subject): array
{
    $clients = min($subject->most(), $bench->quick ? 2_000 : 10_000);
    $channels = $subject instanceof HubSubject && $subject->withTopics ? channelsFor($clients) : ['everyone'];
    $figures = $bench->clients('idle', $subject, $channels, ['clients' => $clients, 'small' => min(1_000, $clients)]);

    return ['small_kib' => $figures['small_kib_each'], 'kib' => $figures['kib_each'],
        'connects' => $figures['connections_per_second'], 'connect_cpu' => $figures['connect_cpu_us'], 'faults' => faults($figures)];
}

/** 1,000 users, 1,000 messages a second, each to one of them. */
function usersCase(Bench $bench, Subject $subject): array
{
    $users = min($subject->most(), 1_000);
    $figures = $bench->clients('rate', $subject, channelsFor($users),
        ['clients' => $users, 'rate' => 1_000, 'messages' => $bench->quick ? 2_000 : 5_000]);

    return ['users_cpu' => $figures['cpu_per_million'], 'users_p50' => $figures['p50_us'], 'users_p99' => $figures['p99_us'],
        'users_max' => $figures['max_us'], 'faults' => faults($figures)];
}

/** Messages to all. */
function broadcastCase(Bench $bench, Subject $subject, int $clients, float $rate, int $messages): array
{
    $figures = $bench->clients('rate', $subject, ['everyone'], ['clients' => $clients, 'rate' => $rate, 'messages' => $messages]);
    $name = $clients === 1_000 ? 'small' : 'large';

    return ["{$name}_cpu" => $figures['cpu_per_million'], "{$name}_last" => $figures['last_p50_us'] / 1e3,
        "{$name}_last_max" => $figures['last_max_us'] / 1e3, 'faults' => faults($figures)];
}

/** 1,000 clients on one channel, more and more messages, until p99 passes a second. */
function saturationCase(Bench $bench, Subject $subject): array
{
    $figures = $bench->clients('ramp', $subject, ['everyone'],
        ['clients' => 1_000, 'rate' => $bench->quick ? 40 : 20, 'doubling' => $bench->quick ? 1 : 1.5]);

    return ['saturation' => $figures['per_second'], 'per_cpu' => 1e6 / $figures['cpu_per_million'],
        'faults' => $figures['why'] === 'late' ? '' : "ended at saturation because of: {$figures['why']}"];
}

/** 25 clients that read, and one that does not once it is connected: more is sent than its socket takes. */
function stalledCase(Bench $bench, Subject $subject): array
{
    $options = ['rate' => 100, 'payload' => 16_384, 'messages' => $bench->quick ? 250 : 400];
    $without = $bench->clients('rate', $subject, ['everyone'], $options + ['clients' => 25]);
    // The same processes, so that the second part is no colder than the first.
    $with = $bench->clients('rate', $subject, ['all'], $options + ['clients' => 26, 'stalled' => 1]);

    return ['calm_p99' => $without['p99_us'] / 1e3, 'stalled_p99' => $with['p99_us'] / 1e3,
        'faults' => implode(', ', array_filter([faults($without), faults($with)]))];
}

/** Case → [what it can be asked of, what is done]. */
function hubCases(Bench $bench): array
{
    $holds = fn (int $clients) => fn (Subject $subject) => $subject->most() >= $clients;

    return [
        'idle' => [[fn () => true, idleCase(...)]],
        'users' => [[fn () => true, usersCase(...)]],
        'broadcast' => array_filter([
            [$holds(1_000), fn (Bench $bench, Subject $subject) => broadcastCase($bench, $subject, 1_000, 10, $bench->quick ? 15 : 30)],
            $bench->quick ? null
                : [$holds(10_000), fn (Bench $bench, Subject $subject) => broadcastCase($bench, $subject, 10_000, 1, 5)],
        ]),
        'saturation' => [[$holds(1_000), saturationCase(...)]],
        'stalled' => [[$holds(26), stalledCase(...)]],
    ];
}
