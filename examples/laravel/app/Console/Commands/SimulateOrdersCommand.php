<?php

declare(strict_types=1);

namespace App\Console\Commands;

use App\Desk\OrderDesk;
use App\Desk\OrderStatus;
use App\Models\Order;
use Illuminate\Console\Command;

/** Keeps orders moving, for demonstrations: places one now and then, and takes the others to their next stations. */
final class SimulateOrdersCommand extends Command
{
    /** As many as a kitchen has on its hands. */
    private const OPEN = 8;

    protected $signature = 'orders:simulate
        {--every=1.5 : Seconds between two changes}
        {--changes=0 : How many changes; 0: until it is stopped}';

    protected $description = 'Keep orders moving, for demonstrations';

    public function handle(OrderDesk $desk): int
    {
        $stopped = false;
        $this->trap([SIGINT, SIGTERM], function () use (&$stopped): void {
            $stopped = true;
        });
        $pause = max(0.05, (float) $this->option('every'));
        $changes = (int) $this->option('changes');

        for ($made = 0; ! $stopped && ($changes === 0 || $made < $changes); $made++) {
            $order = $this->change($desk);
            $this->line(now()->format('H:i:s')." order {$order->id}: {$order->status->value}");
            usleep((int) ($pause * 1e6));
        }

        return self::SUCCESS;
    }

    private function change(OrderDesk $desk): Order
    {
        $open = Order::query()->whereNot('status', OrderStatus::Delivered)->inRandomOrder()->limit(self::OPEN)->get();
        // Few orders: likely a new one. Many: likely none.
        $wantsNew = random_int(1, self::OPEN) > $open->count();

        return $wantsNew ? $desk->place() : $desk->advance($open->firstOrFail());
    }
}
