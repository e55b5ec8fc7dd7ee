<?php

/** The figures as bar charts in one SVG: a panel for each, a bar for each subject. */
const PANEL = ['width' => 440, 'gap' => 24, 'title' => 34, 'bar' => 22, 'label' => 112, 'value' => 84];

/** @param Subject[] $subjects */
function plot(Results $results, array $subjects, array $figures): string
{
    $panels = [];
    foreach ($figures as $figure) {
        $bars = [];
        foreach ($subjects as $subject) {
            $value = $results->median($subject->name, $figure->name);
            if ($figure->isPlotted && $value !== null && $subject->most() >= 1_000) {
                $bars[$subject->name] = $value;
            }
        }
        if ($bars) {
            $panels[] = [$figure, $bars];
        }
    }

    $columns = 2;
    $y = PANEL['gap'];
    $body = '';
    foreach (array_chunk($panels, $columns) as $line) {
        foreach ($line as $column => [$figure, $bars]) {
            $body .= panel(PANEL['gap'] + $column * (PANEL['width'] + PANEL['gap']), $y, $figure, $bars);
        }
        $y += PANEL['title'] + max(array_map(fn (array $panel) => count($panel[1]), $line)) * PANEL['bar'] + PANEL['gap'];
    }
    $width = $columns * (PANEL['width'] + PANEL['gap']) + PANEL['gap'];

    // Its own background: whatever page it is shown on, the text stays readable.
    return <<<SVG
        <svg xmlns="http://www.w3.org/2000/svg" width="$width" height="$y" viewBox="0 0 $width $y" role="img"
            font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12">
        <title>The hub and its peers</title>
        <style>
            .page { fill: #ffffff } .title { fill: #1f2328; font-weight: 600; font-size: 13px }
            .hint, .name, .value { fill: #57606a } .hint { font-size: 11px }
            .ours { font-weight: 600; fill: #1f2328 }
            .bar-hub { fill: #1a7f5a } .bar-floor { fill: #b6bec7 } .bar-peer { fill: #6c8ebf } .axis { stroke: #d0d7de }
            @media (prefers-color-scheme: dark) {
                .page { fill: #0d1117 } .title, .ours { fill: #e6edf3 } .hint, .name, .value { fill: #9da7b3 }
                .ours { fill: #e6edf3 } .bar-hub { fill: #3fb98b } .bar-floor { fill: #4a535e } .bar-peer { fill: #5d80b5 }
                .axis { stroke: #30363d }
            }
        </style>
        <rect class="page" width="$width" height="$y" rx="8"/>
        $body</svg>

        SVG;
}

/** @param array<string, float> $bars */
function panel(int $x, int $y, Figure $figure, array $bars): string
{
    $from = $x + PANEL['label'];
    $room = PANEL['width'] - PANEL['label'] - PANEL['value'];
    // What is far beyond the others would leave them without a bar: it is cut off, and says so.
    $sorted = array_values($bars);
    rsort($sorted);
    $largest = max(1e-9, isset($sorted[1]) && $sorted[0] > 4 * $sorted[1] ? $sorted[1] * 1.25 : $sorted[0]);
    $escape = fn (string $text) => htmlspecialchars($text, ENT_XML1);
    $svg = sprintf('<text class="title" x="%d" y="%d">%s</text>'."\n", $x, $y + 12, $escape($figure->title));
    $svg .= sprintf('<text class="hint" x="%d" y="%d">%s is better</text>'."\n", $x, $y + 26, $figure->lessIsBetter ? 'less' : 'more');
    $top = $y + PANEL['title'];
    $line = 0;
    foreach ($bars as $name => $value) {
        $at = $top + $line++ * PANEL['bar'];
        $isCut = $value > $largest;
        $length = max(1, $room * min($value, $largest) / $largest); // what costs nothing measurable has a line still
        $kind = str_starts_with($name, HUB) ? 'hub' : (str_starts_with($name, FLOOR) ? 'floor' : 'peer');
        $ours = $kind === 'hub' ? ' ours' : '';
        $svg .= sprintf('<text class="name%s" x="%d" y="%d" text-anchor="end">%s</text>'."\n", $ours, $from - 8, $at + 15, $escape($name));
        $svg .= sprintf('<rect class="bar-%s" x="%d" y="%d" width="%.1f" height="%d" rx="2"/>'."\n", $kind, $from, $at + 3, $length,
            PANEL['bar'] - 6);
        if ($isCut) {
            $svg .= sprintf('<path class="page" d="M%.1f %d l8 0 l-6 %d l-8 0 z"/>'."\n", $from + $length - 18, $at + 2, PANEL['bar'] - 4);
        }
        $svg .= sprintf('<text class="value%s" x="%.1f" y="%d">%s</text>'."\n", $ours, $from + $length + 6, $at + 15,
            number_format($value, $figure->decimals));
    }

    return $svg.sprintf('<line class="axis" x1="%d" y1="%d" x2="%d" y2="%d"/>'."\n", $from, $top, $from, $top + $line * PANEL['bar']);
}
