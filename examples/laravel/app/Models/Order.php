<?php

declare(strict_types=1);

namespace App\Models;

use App\Desk\OrderStatus;
use Carbon\CarbonInterface;
use Illuminate\Database\Eloquent\Model;

/**
 * @property int $id
 * @property string $customer
 * @property string $items
 * @property int $total in thousands of rupiah
 * @property OrderStatus $status
 * @property int $revision grows with each change, so that a page knows the newer of two
 * @property CarbonInterface $updated_at
 */
final class Order extends Model
{
    protected $fillable = ['customer', 'items', 'total', 'status'];

    protected $attributes = ['status' => 'new', 'revision' => 1];

    protected $casts = ['status' => OrderStatus::class, 'total' => 'integer', 'revision' => 'integer'];

    /** @return array<string, int|string> what a row of the desk shows */
    public function row(): array
    {
        return [
            'id' => $this->id,
            'customer' => $this->customer,
            'items' => $this->items,
            'total' => $this->total,
            'status' => $this->status->value,
            'revision' => $this->revision,
            'at' => $this->updated_at->getTimestampMs(),
        ];
    }
}
