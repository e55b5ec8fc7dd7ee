<?php

/** Figures of all rounds: subject → figure → round → value. */
final class Results
{
    /** @var array<string, array<string, array<int, float>>> */
    public array $values = [];

    /** @var array<string, int> what went wrong, and how often */
    public array $notes = [];

    public int $rounds = 0;

    public function add(string $subject, int $round, array $figures): void
    {
        foreach ($figures as $name => $value) {
            if ($name !== 'faults') {
                $this->values[$subject][$name][$round] = $value;
            } elseif ($value !== '') {
                $this->note("$subject: $value");
            }
        }
    }

    public function note(string $note): void
    {
        $this->notes[$note] = ($this->notes[$note] ?? 0) + 1;
    }

    public function median(string $subject, string $figure): ?float
    {
        $values = $this->values[$subject][$figure] ?? [];

        return $values ? median($values) : null;
    }

    /** The median of the ratios of the same rounds, so that a machine whose speed drifts does not bend it. */
    public function ratio(string $subject, string $other, string $figure): ?float
    {
        $ratios = [];
        foreach ($this->values[$subject][$figure] ?? [] as $round => $value) {
            if (($this->values[$other][$figure][$round] ?? 0) > 0) {
                $ratios[] = $value / $this->values[$other][$figure][$round];
            }
        }

        return $ratios ? median($ratios) : null;
    }
}
