<?php

declare(strict_types=1);

namespace App\Events;

use App\Models\Order;
use Illuminate\Broadcasting\InteractsWithSockets;
use Illuminate\Broadcasting\PrivateChannel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcast;
use Illuminate\Foundation\Events\Dispatchable;

/**
 * An order was placed, or has moved on. Plain Laravel: with BROADCAST_CONNECTION=sse it goes to the topic `private-orders`, and from
 * there to every desk that Echo has subscribed. Its data is that of the moment in which it happened, however long the queue is.
 */
final class OrderChanged implements ShouldBroadcast
{
    use Dispatchable;
    use InteractsWithSockets;

    /** @var array<string, int|string> */
    private readonly array $row;

    public function __construct(Order $order)
    {
        $this->row = $order->row();
    }

    public function broadcastOn(): PrivateChannel
    {
        return new PrivateChannel('orders');
    }

    public function broadcastAs(): string
    {
        return 'order.changed';
    }

    /** @return array<string, int|string> */
    public function broadcastWith(): array
    {
        return $this->row;
    }
}
