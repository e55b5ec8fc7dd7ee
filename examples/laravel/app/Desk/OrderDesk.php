<?php

declare(strict_types=1);

namespace App\Desk;

use App\Events\OrderChanged;
use App\Models\Order;
use App\Models\User;
use App\Notifications\OrderPlaced;
use Illuminate\Support\Arr;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Notification;

/** What can happen to orders; each change is broadcast. */
final class OrderDesk
{
    private const CUSTOMERS = ['Sari', 'Wayan', 'Rizky', 'Putri', 'Made', 'Agus', 'Nadia', 'Yusuf', 'Intan', 'Bayu', 'Laras', 'Dimas'];

    /** In thousands of rupiah. */
    private const PRICES = [
        'Kopi susu' => 24, 'Nasi goreng' => 38, 'Gado-gado' => 32, 'Soto ayam' => 36, 'Es teh' => 12, 'Rendang' => 58, 'Pisang goreng' => 18,
        'Mie ayam' => 30, 'Sate ayam' => 42,
    ];

    /** @param  ?User  $by  null: it came in through the shop */
    public function place(?User $by = null): Order
    {
        $items = [];
        $total = 0;
        foreach (Arr::random(array_keys(self::PRICES), random_int(1, 2)) as $item) {
            $count = random_int(1, 3);
            $items[] = "{$count} × {$item}";
            $total += $count * self::PRICES[$item];
        }
        $order = Order::query()->create([
            'customer' => Arr::random(self::CUSTOMERS),
            'items' => implode(', ', $items),
            'total' => $total,
        ]);
        // The tab that asked for it has it from the answer.
        broadcast(new OrderChanged($order))->toOthers();
        Notification::send(User::query()->where('is_desk', true)->whereNot('id', $by?->id)->get(), new OrderPlaced($order, $by));

        return $order;
    }

    /** To its next station, unless somebody else was faster or there is none. */
    public function advance(Order $order): Order
    {
        $next = $order->status->next();
        $moved = $next === null ? 0 : Order::query()
            ->whereKey($order->id)
            ->where('revision', $order->revision)
            ->update(['status' => $next, 'revision' => DB::raw('revision + 1')]);
        $order->refresh();
        if ($moved === 1) {
            broadcast(new OrderChanged($order))->toOthers();
        }

        return $order;
    }
}
