<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor;

/** What a check has found, and how to mend it: a sentence each. */
final readonly class Result
{
    private function __construct(public Status $status, public string $found, public ?string $mend = null)
    {
    }

    public static function ok(string $found): self
    {
        return new self(Status::Ok, $found);
    }

    public static function warning(string $found, string $mend): self
    {
        return new self(Status::Warning, $found, $mend);
    }

    public static function failure(string $found, string $mend): self
    {
        return new self(Status::Failure, $found, $mend);
    }

    public static function skipped(string $why): self
    {
        return new self(Status::Skipped, $why);
    }
}
