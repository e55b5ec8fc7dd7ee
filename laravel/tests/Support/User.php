<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Support;

use Illuminate\Database\Eloquent\Model;
use Illuminate\Foundation\Auth\User as Authenticatable;
use Illuminate\Notifications\Notifiable;

/**
 * @property int $id
 * @property string $name
 */
final class User extends Authenticatable
{
    use Notifiable;

    public $timestamps = false;

    protected $guarded = [];

    /** A user who is not in the database. */
    public static function named(int $id, string $name = 'Ani'): self
    {
        return Model::unguarded(fn (): self => new self(['id' => $id, 'name' => $name]));
    }
}
