<?php

declare(strict_types=1);

namespace Sse\Laravel\Streaming;

/** How a stream is to be carried. */
enum Mode: string
{
    /** The first of the others that works. */
    case Auto = 'auto';
    /** The connection itself goes to the hub. */
    case Handoff = 'handoff';
    /** The client is sent to the hub's listener, with a single-use ticket. */
    case Redirect = 'redirect';
    /** The worker keeps it. */
    case Inline = 'inline';
}
