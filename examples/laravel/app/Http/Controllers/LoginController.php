<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Models\User;
use Illuminate\Http\RedirectResponse;
use Illuminate\Support\Facades\Auth;

/**
 * FOR THE DEMONSTRATION ONLY: whoever opens this page is the administrator. Elsewhere than locally it does not exist.
 */
final class LoginController
{
    public function __invoke(): RedirectResponse
    {
        abort_unless(app()->environment('local'), 404);

        Auth::login(User::query()->where('is_admin', true)->firstOrFail());
        session()->regenerate();

        return redirect('/');
    }
}
