<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Models\User;
use Illuminate\Auth\Events\Registered;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Str;

/**
 * Registers a user. NotifyAdministrators puts the notification on the queue; the queue worker does the rest.
 */
final class RegisterController
{
    public function __invoke(Request $request): JsonResponse
    {
        ['name' => $name] = $request->validate(['name' => ['required', 'string', 'max:100']]);

        $user = User::query()->create([
            'name' => $name,
            'email' => Str::lower((string) Str::ulid()).'@example.test',
        ]);
        event(new Registered($user));

        return response()->json(['id' => $user->id, 'name' => $user->name], 201);
    }
}
