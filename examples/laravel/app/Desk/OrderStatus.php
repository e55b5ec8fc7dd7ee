<?php

declare(strict_types=1);

namespace App\Desk;

/** The stations of an order. */
enum OrderStatus: string
{
    case New = 'new';
    case Paid = 'paid';
    case Packed = 'packed';
    case Shipped = 'shipped';
    case Delivered = 'delivered';

    public function next(): ?self
    {
        return match ($this) {
            self::New => self::Paid,
            self::Paid => self::Packed,
            self::Packed => self::Shipped,
            self::Shipped => self::Delivered,
            self::Delivered => null,
        };
    }
}
