<?php

/** What the hub's benchmark found, as Markdown: the figures, the bounds, what went wrong. */
const FLOOR = 'floor';
const HUB = 'hub';
const HUB_TOPICS = 'hub (topics)';

/** @param Subject[] $subjects */
function figuresTable(Results $results, array $subjects, array $figures): string
{
    $subjects = array_filter($subjects, fn (Subject $subject) => isset($results->values[$subject->name]));
    $head = array_map(fn (Subject $subject) => $subject->name.($subject->most() < 1_000 ? ' ¹' : ''), $subjects);
    $table = '| | '.implode(' | ', $head)." |\n|---|".str_repeat('---:|', count($head))."\n";
    foreach ($figures as $figure) {
        $cells = [];
        foreach ($subjects as $subject) {
            $value = $results->median($subject->name, $figure->name);
            $ratio = $figure->hasFloor && $subject->name !== FLOOR ? $results->ratio($subject->name, FLOOR, $figure->name) : null;
            $cells[] = $value === null ? '–' : number_format($value, $figure->decimals)
                .($ratio === null ? '' : sprintf(' (%.2f ×)', $ratio));
        }
        if (array_filter($cells, fn (string $cell) => $cell !== '–')) {
            $table .= "| $figure->title | ".implode(' | ', $cells)." |\n";
        }
    }

    return $table;
}

/**
 * The bounds that the hub is held to. Each row: what, the hub's figure, against what, bound, verdict.
 *
 * @param  Subject[]  $subjects
 */
function boundsTable(Results $results, array $subjects, array $figures): string
{
    $peers = array_map(fn (Subject $subject) => $subject->name, array_filter($subjects,
        fn (Subject $subject) => ! $subject instanceof HubSubject && ! $subject instanceof FloorPeer && $subject->most() >= 1_000));
    $rows = [];
    $row = function (string $name, string $what, ?float $value, string $against, string $bound, ?bool $holds) use (&$rows, $figures) {
        if ($value !== null && $holds !== null) {
            $rows[] = [$what, number_format($value, $figures[$name]->decimals), $against, $bound, verdict($holds)];
        }
    };

    foreach (['users_cpu' => 1.5, 'small_cpu' => 1.3, 'large_cpu' => 1.3] as $name => $bound) {
        $ratio = $results->ratio(HUB, FLOOR, $name);
        $row($name, $figures[$name]->title, $results->median(HUB, $name), $ratio === null ? '' : sprintf('%.2f × floor', $ratio),
            "≤ $bound × floor", $ratio === null ? null : $ratio <= $bound);
    }
    foreach (['users_cpu', 'small_cpu', 'large_cpu', 'users_p99'] as $name) {
        [$best, $whose] = bestPeer($results, $peers, $figures[$name]);
        $value = $results->median(HUB, $name);
        $row($name, $figures[$name]->title, $value, $best === null ? '' : number_format($best, $figures[$name]->decimals)." ($whose)",
            'below every peer', $best === null ? null : $value < $best);
    }
    foreach ([HUB => 1.0, HUB_TOPICS => 1.5] as $subject => $bound) {
        $value = $results->median($subject, 'kib');
        $row('kib', $figures['kib']->title.($subject === HUB ? ', one channel' : ', a topic for each'), $value, '', "≤ $bound KiB",
            $value !== null && $value <= $bound);
    }
    foreach (['saturation' => ['Node', 3], 'connects' => ['nchan', 1]] as $name => [$peer, $bound]) {
        $ratio = $results->ratio(HUB, $peer, $name);
        $row($name, $figures[$name]->title, $results->median(HUB, $name), $ratio === null ? '' : sprintf('%.2f × %s', $ratio, $peer),
            "≥ $bound × $peer", $ratio === null ? null : $ratio >= $bound);
    }
    if (! $rows) {
        return '';
    }
    $table = "| | hub | against | bound | |\n|---|---:|---:|---|---|\n";
    foreach ($rows as $cells) {
        $table .= '| '.implode(' | ', $cells)." |\n";
    }

    return $table;
}

/** [the best median of the peers, whose it is], or [null, '']. */
function bestPeer(Results $results, array $peers, Figure $figure): array
{
    $values = array_filter(array_combine($peers, array_map(fn (string $peer) => $results->median($peer, $figure->name), $peers)),
        fn (?float $value) => $value !== null);
    if (! $values) {
        return [null, ''];
    }
    $best = $figure->lessIsBetter ? min($values) : max($values);

    return [$best, array_search($best, $values, true)];
}

/** @param Subject[] $subjects */
function hubReport(Results $results, array $subjects, array $figures, bool $quick): string
{
    if ($results->rounds === 0 && ! $results->notes) {
        return '';
    }
    $report = sprintf("Made by `benchmarks/run hub%s` on a machine with %d processors, %s, PHP %s; medians of %d round%s that take turns.\n\n",
        $quick ? ' --quick' : '', (int) sh('nproc'), sh('redis-server --version | cut -d" " -f1-3'), PHP_VERSION, $results->rounds,
        $results->rounds === 1 ? '' : 's');
    $report .= figuresTable($results, $subjects, $figures);
    $few = array_filter($subjects, fn (Subject $subject) => $subject->most() < 1_000 && isset($results->values[$subject->name]));
    if ($few) {
        $report .= "\n¹ with ".current($few)->most()." clients: each holds a worker.\n";
    }
    $bounds = boundsTable($results, $subjects, $figures);
    $report .= $bounds === '' ? '' : "\n$bounds";
    if ($results->notes) {
        $report .= "\nWhat went wrong or ended early:\n\n";
        foreach ($results->notes as $note => $times) {
            $report .= '- '.strtr($note, ["\n" => ' ']).($times > 1 ? " ($times times)" : '')."\n";
        }
    }

    return $report;
}
