<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor;

/** Looks at one thing, changes nothing, and is done within a few seconds. What it looks at may not be there. */
interface Check
{
    /** A few words: what it looks at. */
    public function title(): string;

    public function run(): Result;
}
