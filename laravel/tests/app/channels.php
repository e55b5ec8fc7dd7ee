<?php

declare(strict_types=1);

use Illuminate\Support\Facades\Broadcast;
use Sse\Laravel\Tests\Support\User;

Broadcast::channel('orders.{id}', fn (User $user, int $id): bool => $user->id === $id);
Broadcast::channel('room.{id}', fn (User $user): array => ['name' => $user->name]);
