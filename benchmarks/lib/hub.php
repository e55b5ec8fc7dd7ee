<?php

/** The hub and its peers: subjects that take turns, case by case, round by round, for as long as there is time. */
foreach (['Process', 'Subject', 'peers', 'HubSubject', 'Bench', 'Results', 'figures', 'cases', 'fpm', 'report', 'plot'] as $file) {
    require __DIR__."/$file.php";
}

/** Of all rounds; FPM's part comes after them, and takes a minute. */
const HUB_SECONDS = 24 * 60;
const HUB_QUICK_SECONDS = 4 * 60;

/** @return Subject[] */
function hubSubjects(Bench $bench): array
{
    return [
        new HubSubject(HUB, $bench, withTopics: false),
        new HubSubject(HUB_TOPICS, $bench, withTopics: true),
        new FloorPeer(FLOOR, $bench, 'each'),
        new FloorPeer('floor (joined)', $bench, 'joined'),
        new NchanPeer('nchan', $bench, withRedis: false),
        new NchanPeer('nchan (Redis)', $bench, withRedis: true),
        new PushpinPeer('Pushpin', $bench),
        new GoPeer('Go', $bench),
        new NodePeer('Node', $bench),
        new PhpredisPeer('phpredis', $bench),
    ];
}

function measure(Results $results, Bench $bench, Subject $subject, int $round, string $case, callable $what): void
{
    $begun = microtime(true);
    try {
        $subject->start();
        try {
            $figures = $what($bench, $subject);
        } finally {
            $subject->stop();
        }
        $results->add($subject->name, $round, $figures);
        $said = implode(', ', array_map(fn ($name, $value) => is_float($value) ? sprintf('%s %.4g', $name, $value) : $value,
            array_keys($figures), $figures));
    } catch (RuntimeException $error) {
        $results->note("$subject->name, $case: ".$error->getMessage());
        $said = $error->getMessage();
    }
    fwrite(STDERR, sprintf("%d %-10s %-14s %5.1f s  %s\n", $round + 1, $case, $subject->name, microtime(true) - $begun, $said));
}

/**
 * Every case of every subject, as far as there is time for it; false if there was for none.
 *
 * @param  Subject[]  $subjects
 */
function playRound(Results $results, Bench $bench, array $subjects, array $cases, int $round): bool
{
    static $took = [];
    // Who goes first changes, so that nobody always meets the warmer machine.
    $turn = $round % 2 ? array_reverse($subjects) : $subjects;
    $played = false;
    foreach ($cases as $case => $parts) {
        foreach ($parts as $i => [$fits, $what]) {
            $turnsHere = array_filter($turn, $fits);
            if ($round > 0 && $bench->secondsLeft() < $took["$case $i"]) {
                continue;
            }
            $begun = microtime(true);
            foreach ($turnsHere as $subject) {
                if ($round === 0 && $bench->secondsLeft() < 0) {
                    $results->note("$subject->name, $case: no time was left");
                } else {
                    measure($results, $bench, $subject, $round, $case, $what);
                    $played = true;
                }
            }
            $took["$case $i"] = microtime(true) - $begun;
        }
    }

    return $played;
}

/**
 * @param  string[]  $wanted  cases; none: all
 * @param  string[]  $only  subjects; none: all
 */
function hubBenchmark(array $wanted, array $only, bool $quick, int $rounds): void
{
    $bench = new Bench($quick, $quick ? HUB_QUICK_SECONDS : HUB_SECONDS);
    $cases = hubCases($bench) + ['fpm' => []];
    if ($unknown = array_diff($wanted, array_keys($cases))) {
        throw new RuntimeException('there is no case '.implode(', ', $unknown).'; there are: '.implode(', ', array_keys($cases)));
    }
    $bench->build();
    $results = new Results;
    $subjects = hubSubjects($bench);
    if ($only) {
        $subjects = array_filter($subjects, fn (Subject $subject) => in_array($subject->name, $only, true));
    }
    foreach ($subjects as $i => $subject) {
        if ($why = $subject->missing()) {
            $results->note("$subject->name: not measured: $why");
            unset($subjects[$i]);
        }
    }
    $subjects = array_values($subjects);

    $cases = array_filter($cases, fn (string $case) => ! $wanted || in_array($case, $wanted, true), ARRAY_FILTER_USE_KEY);
    for ($round = 0; $round < $rounds && playRound($results, $bench, $subjects, $cases, $round); $round++) {
        $results->rounds = $round + 1;
    }

    $figures = hubFigures($quick);
    $report = hubReport($results, $subjects, $figures, $quick);
    if (! $wanted || in_array('fpm', $wanted, true)) {
        $report .= fpmReport($bench);
    }
    echo $report;
    keepResults($results, $subjects, $figures, $report, whole: ! $quick && ! $wanted && ! $only);
}

/** Only a whole run replaces what is committed. */
function keepResults(Results $results, array $subjects, array $figures, string $report, bool $whole): void
{
    $directory = $whole ? 'benchmarks/results' : 'build/benchmarks/results';
    is_dir($directory) || mkdir($directory, 0755, true);
    file_put_contents("$directory/hub.md", $report);
    file_put_contents("$directory/hub.svg", plot($results, $subjects, $figures));
    file_put_contents("$directory/hub.json", json_encode($results, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE)."\n");
    fwrite(STDERR, "written: $directory/hub.md, hub.svg, hub.json\n");
}
