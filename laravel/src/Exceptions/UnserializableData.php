<?php

declare(strict_types=1);

namespace Sse\Laravel\Exceptions;

use InvalidArgumentException;

/** An event's data has no JSON form: a resource, a closure, bytes that are not UTF-8, something that contains itself. */
final class UnserializableData extends InvalidArgumentException
{
}
