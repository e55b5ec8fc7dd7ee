<?php

declare(strict_types=1);

namespace Sse\Laravel\Contracts;

/**
 * A signal handler that also finds what no signal told of: Pub/Sub promises no delivery, and sse:notify may have been away. It is
 * called when sse:notify begins, and every sse.notify.catch_up seconds.
 */
interface CatchesUp extends SignalHandler
{
    /** @return iterable<array-key, array{0: mixed, 1: mixed, 2?: ?string}>|null as handle() */
    public function catchUp(): ?iterable;
}
