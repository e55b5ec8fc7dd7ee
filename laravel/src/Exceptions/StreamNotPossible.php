<?php

declare(strict_types=1);

namespace Sse\Laravel\Exceptions;

use LogicException;

/** This server cannot carry such a stream; the message says what to change. */
final class StreamNotPossible extends LogicException
{
}
