<?php

declare(strict_types=1);

namespace App\Http\Controllers\Desk;

use App\Desk\OrderDesk;
use App\Models\Order;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\Request;

final class OrderController
{
    private const NEWEST = 12;

    /** @return list<array<string, int|string>> newest first */
    public static function rows(): array
    {
        return Order::query()->latest('id')->limit(self::NEWEST)->get()->map(fn (Order $order): array => $order->row())->values()->all();
    }

    /** What the page asks for when its channel has become live: what happened before that it did not hear. */
    public function index(): JsonResponse
    {
        return response()->json(self::rows());
    }

    public function store(Request $request, OrderDesk $desk): JsonResponse
    {
        return response()->json($desk->place($request->user())->row(), 201);
    }

    public function advance(Order $order, OrderDesk $desk): JsonResponse
    {
        return response()->json($desk->advance($order)->row());
    }
}
