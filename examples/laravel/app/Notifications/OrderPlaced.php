<?php

declare(strict_types=1);

namespace App\Notifications;

use App\Models\Order;
use App\Models\User;
use Illuminate\Bus\Queueable;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Notifications\Notification;

/** For the bells of all who did not take the order themselves: a row in the database, and from there to the user's stream. */
final class OrderPlaced extends Notification implements ShouldQueue
{
    use Queueable;

    private readonly int $orderId;

    private readonly string $message;

    private readonly int $at;

    public function __construct(Order $order, ?User $by)
    {
        $this->orderId = $order->id;
        $this->message = "{$order->customer}: {$order->items}".($by === null ? '' : " (taken by {$by->name})");
        $this->at = (int) now()->getPreciseTimestamp(3);
    }

    /** @return list<string> */
    public function via(User $notifiable): array
    {
        return ['database', 'sse'];
    }

    /** @return array{title: string, message: string, at: int, order: int} */
    public function toArray(User $notifiable): array
    {
        return ['title' => "Order {$this->orderId}", 'message' => $this->message, 'at' => $this->at, 'order' => $this->orderId];
    }
}
