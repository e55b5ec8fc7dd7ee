<?php

declare(strict_types=1);

namespace App\Http\Controllers\Desk;

use App\Desk\OrderStatus;
use App\Models\User;
use Illuminate\Contracts\View\View;
use Illuminate\Http\Request;

/** The pages of the desk. What they show comes by itself. */
final class DeskController
{
    public function live(Request $request): View
    {
        return view('desk.live', $this->everyPage($request) + [
            'orders' => OrderController::rows(),
            'statuses' => array_column(OrderStatus::cases(), 'value'),
        ]);
    }

    public function streams(Request $request): View
    {
        return view('desk.streams', $this->everyPage($request));
    }

    /** @return array<string, mixed> */
    private function everyPage(Request $request): array
    {
        return [
            'user' => $request->user(),
            // Whom one may switch to, without a password: see LoginController.
            'users' => app()->environment('local') ? User::query()->where('is_desk', true)->orderBy('id')->get() : [],
        ];
    }
}
