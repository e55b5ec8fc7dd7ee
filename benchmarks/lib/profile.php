<?php

/**
 * Where the hub's processor time goes in each case: `perf` looks at the hub 4,000 times a second, and each look is counted for
 * the system call that the hub is in, or for the function that runs.
 */
const LOOKS_PER_SECOND = 3999;
/** A figure of less than so many looks is chance. */
const LOOKS_MIN = 200;
/** Functions and system calls with less than that share are not named. */
const NAMED_SHARE = 0.015;

/** Looks at a process while $what runs; returns its looks as stacks of [function, file], innermost first. */
function looksAt(int $pid, string $work, callable $what): array
{
    $file = "$work/perf.data";
    $perf = proc_open(['perf', 'record', '-q', '-e', 'cpu-clock', '-F', (string) LOOKS_PER_SECOND, '-g', '-o', $file, '-p', (string) $pid],
        [['file', '/dev/null', 'r'], ['file', "$work/perf.log", 'w'], ['file', "$work/perf.log", 'a']], $pipes);
    usleep(500_000);
    try {
        $what();
    } finally {
        proc_terminate($perf, SIGINT);
        proc_close($perf);
    }
    exec('perf script -F ip,sym,dso -i '.escapeshellarg($file).' 2>/dev/null', $lines);
    $looks = $stack = [];
    foreach ([...$lines, ''] as $line) {
        if (preg_match('/^\s*[0-9a-f]+ (.+) \((.*)\)$/', $line, $match)) {
            $stack[] = [$match[1], basename($match[2])];
        } elseif ($stack) {
            $looks[] = $stack;
            $stack = [];
        }
    }

    return $looks;
}

/** The C library's side of a call, at which a look arrives that was due in the kernel's last steps. */
const CALLERS = '/^_*(?:libc_|GI_+)*(?:epoll_\w+|sendmsg|send|sendto|recv\w*|accept4|close|write|read|[gs]etsockopt|fcntl\w*)$/';

/** What a look is counted for: ['system calls' | 'sse' | 'libuv' | …, name]. */
function placeOf(array $stack): array
{
    // The function that the kernel enters for a call; what it is named before the call's own name differs between versions.
    $entered = false;
    foreach (array_reverse($stack) as [$function]) {
        if ($entered && $function !== 'x64_sys_call') {
            return ['system calls', preg_match('/^_*(?:(?:x64|arm64|do|k)_?)?_?sys_(\w+)/', $function, $match) ? $match[1] : 'entry, exit'];
        }
        $entered = $entered || preg_match('/^(?:do_syscall_64|el0_svc_common)/', $function);
    }
    [$function, $file] = $stack[0];

    return match (true) {
        str_starts_with($file, 'libc.') && preg_match(CALLERS, $function) => ['system calls', 'entry, exit'],
        str_contains($file, 'kernel') || $file === '[unknown]' => ['kernel, no call', $function],
        default => [preg_replace('/[-.]?(\d[\d.]*)?\.so.*$/', '', $file), $function],
    };
}

/** "`sendmsg` 62, `epoll_pwait` 8", in percent of all: what has a share worth naming, largest first. */
function namedShares(array $counts, int $all): string
{
    arsort($counts);
    $named = array_filter($counts, fn (int $count) => $count / $all >= NAMED_SHARE);

    return implode(', ', array_map(fn ($name, $count) => sprintf('`%s` %d', $name, round(100 * $count / $all)), array_keys($named), $named));
}

function profileRow(string $case, array $looks): string
{
    if (count($looks) < LOOKS_MIN) {
        return "| $case | ".count($looks)." | too few to say | | |\n";
    }
    $places = [];
    foreach ($looks as $stack) {
        [$where, $name] = placeOf($stack);
        $places[$where][$name] = ($places[$where][$name] ?? 0) + 1;
    }
    $calls = $places['system calls'] ?? [];
    $own = $places['sse'] ?? [];
    unset($places['system calls'], $places['sse']);
    $share = fn (array $counts) => round(100 * array_sum($counts) / count($looks));

    return sprintf("| %s | %s | %d: %s | %d: %s | %s |\n", $case, number_format(count($looks)), $share($calls), namedShares($calls, count($looks)),
        $share($own), namedShares($own, count($looks)), namedShares(array_map(array_sum(...), $places), count($looks)));
}

/** Connections through nginx and FPM, whose worker hands them over. */
function handoverCase(Bench $bench, Subject $subject): void
{
    $bench->clients('idle', $subject, ['everyone'], ['clients' => 5_000, 'small' => 1_000, 'in-flight' => 16]);
}

/** What is profiled: the benchmark's cases, and connections that are handed over. */
function profileCases(Bench $bench): array
{
    $topics = fn () => new HubSubject(HUB_TOPICS, $bench, withTopics: true);
    $channels = fn () => new HubSubject(HUB, $bench, withTopics: false);
    $broadcast = fn (int $clients, float $rate, int $messages) => fn ($bench, $subject) => broadcastCase($bench, $subject, $clients, $rate, $messages);

    return [
        'idle: 10,000 connect, and end' => [$topics, idleCase(...)],
        'users: 1,000 topics, one client each' => [$topics, usersCase(...)],
        'broadcast to 1,000' => [$channels, $broadcast(1_000, 20, 200)],
        'broadcast to 10,000' => [$channels, $broadcast(10_000, 1, 10)],
        'broadcast to 1,000, logged' => [$topics, $broadcast(1_000, 20, 200)],
        'saturation: as much as it takes' => [$channels, saturationCase(...)],
        'stalled: 16 KiB to 26, one does not read' => [$channels, stalledCase(...)],
        'hand-over: 5,000 from one FPM worker' => [fn () => new HandoverSubject('handover', $bench), handoverCase(...)],
    ];
}

function profileBenchmark(): void
{
    $bench = new Bench(false, HUB_SECONDS);
    $bench->build();
    echo "| case | looks | system calls, % of all | extension | else |\n|---|---:|---|---|---|\n";
    foreach (profileCases($bench) as $case => [$make, $what]) {
        $subject = $make();
        $subject->start();
        try {
            $looks = looksAt($subject->pids()[0], $bench->work, fn () => $what($bench, $subject));
        } finally {
            $subject->stop();
        }
        echo profileRow($case, $looks);
    }
}
