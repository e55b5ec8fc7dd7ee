<?php

/** The hub and its peers: subjects that take turns, case by case, round by round, for as long as there is time. */
foreach (['Process', 'Subject', 'peers', 'HubSubject', 'Bench', 'Results', 'figures', 'cases', 'fpm', 'report', 'plot'] as $file) {
    require __DIR__."/$file.php";
}

const HUB_SECONDS = 25 * 60;
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

    for ($round = 0, $longest = 0; $round < $rounds && $bench->secondsLeft() > $longest; $round++) {
        $begun = microtime(true);
        // Who goes first changes, so that nobody always meets the warmer machine.
        $turn = $round % 2 ? array_reverse($subjects) : $subjects;
        foreach ($cases as $case => $parts) {
            foreach ($wanted && ! in_array($case, $wanted, true) ? [] : $parts as [$fits, $what]) {
                foreach ($turn as $subject) {
                    if ($fits($subject) && $bench->secondsLeft() > 0) {
                        measure($results, $bench, $subject, $round, $case, $what);
                    } elseif ($fits($subject)) {
                        $results->note("$subject->name, $case: no time was left");
                    }
                }
            }
        }
        $longest = max($longest, microtime(true) - $begun);
    }
    $results->rounds = $round;

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
