<?php

declare(strict_types=1);

namespace Sse\Laravel\Exceptions;

use LogicException;

/** A setting that cannot work; the message names it and says what to set instead. */
final class InvalidConfiguration extends LogicException
{
}
