<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor;

enum Status: string
{
    case Ok = 'ok';
    /** It works, but not as it should, or not for long. */
    case Warning = 'warning';
    /** Streams or events are lost, slow or refused because of it. */
    case Failure = 'failure';
    /** What the check looks at is not there, or may not be looked at. */
    case Skipped = 'skipped';
}
