<?php

/** A figure of the tables. */
final class Figure
{
    public function __construct(
        public readonly string $name,
        public readonly string $title,
        public readonly int $decimals,
        public readonly bool $lessIsBetter = true,
        /** Whether the ratio to the floor is worth saying. */
        public readonly bool $hasFloor = false,
        /** Whether it has a panel in the plot. */
        public readonly bool $isPlotted = true,
    ) {}
}

/** @return array<string, Figure> */
function hubFigures(bool $quick): array
{
    $many = $quick ? '2,000' : '10,000';
    $figures = [
        new Figure('small_kib', 'Memory per idle connection, 1,000 of them, KiB', 2, isPlotted: false),
        new Figure('kib', "Memory per idle connection, $many of them, KiB", 2),
        new Figure('connects', 'Connections taken per second', 0, lessIsBetter: false),
        new Figure('users_cpu', 'CPU s per million deliveries, 1,000 users × 1,000 msg/s', 1, hasFloor: true),
        new Figure('users_p50', 'p50, 1,000 users × 1,000 msg/s, µs', 0, isPlotted: false),
        new Figure('users_p99', 'p99, 1,000 users × 1,000 msg/s, µs', 0, hasFloor: true),
        new Figure('small_cpu', 'CPU s per million deliveries, broadcast to 1,000', 1, hasFloor: true),
        new Figure('small_last', 'Broadcast to 1,000: until the last client has it, ms', 1, isPlotted: false),
        new Figure('large_cpu', 'CPU s per million deliveries, broadcast to 10,000', 1, hasFloor: true),
        new Figure('large_last', 'Broadcast to 10,000: until the last client has it, ms', 0),
        new Figure('saturation', 'Saturation, 1,000 clients on one channel, deliveries/s', 0, lessIsBetter: false),
        new Figure('per_cpu', 'Deliveries per CPU second on the way there', 0, lessIsBetter: false, isPlotted: false),
        new Figure('calm_p99', 'p99 of 25 clients, 100 msg/s of 16 KiB, ms', 1, isPlotted: false),
        new Figure('stalled_p99', 'the same beside a client that reads nothing, ms', 1, isPlotted: false),
    ];

    return array_combine(array_map(fn (Figure $figure) => $figure->name, $figures), $figures);
}
