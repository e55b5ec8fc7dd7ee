<?php

declare(strict_types=1);

use App\Models\User;
use Illuminate\Support\Facades\Broadcast;

// Whoever is logged in works at the desk.
Broadcast::channel('orders', fn (User $user): bool => true);
Broadcast::channel('desk', fn (User $user): array => $user->member());
