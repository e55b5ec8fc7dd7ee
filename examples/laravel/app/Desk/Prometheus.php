<?php

declare(strict_types=1);

namespace App\Desk;

/** Reads Prometheus' text format (0.0.4), as far as the hub writes it: samples without labels. */
final class Prometheus
{
    /** @return array<string, array{value: float, type: string, help: string}> by name */
    public static function parse(string $text): array
    {
        $found = $about = [];
        foreach (preg_split('/\R/', $text) ?: [] as $line) {
            if (preg_match('/^# (HELP|TYPE) (\S+) (.*)$/', $line, $match) === 1) {
                $about[$match[2]][$match[1]] = $match[3];
            } elseif (preg_match('/^([a-zA-Z_:][\w:]*) (\S+)/', $line, $match) === 1 && is_numeric($match[2])) {
                $found[$match[1]] = [
                    'value' => (float) $match[2],
                    'type' => $about[$match[1]]['TYPE'] ?? 'untyped',
                    'help' => $about[$match[1]]['HELP'] ?? '',
                ];
            }
        }

        return $found;
    }
}
