<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Models\User;
use Illuminate\Http\RedirectResponse;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Auth;

/**
 * FOR THE DEMONSTRATION ONLY: whoever opens this page is the administrator, or with ?as=ani whom they name. Elsewhere than locally
 * it does not exist.
 */
final class LoginController
{
    public function __invoke(Request $request): RedirectResponse
    {
        abort_unless(app()->environment('local'), 404);

        $name = $request->string('as', 'admin')->lower()->value();
        $user = User::query()->where('is_desk', true)->where('email', "{$name}@example.test")->firstOrFail();
        if (Auth::check() && Auth::id() !== $user->id) {
            Auth::logout(); // whose streams end with it: see `disconnect_on_logout`
        }
        Auth::login($user);
        $request->session()->regenerate();

        return redirect()->intended('/live');
    }
}
