<?php

declare(strict_types=1);

namespace App\Models;

use Illuminate\Foundation\Auth\User as Authenticatable;
use Illuminate\Notifications\Notifiable;

/**
 * Nobody has a password here: see LoginController.
 *
 * @property int $id
 * @property string $name
 * @property string $email
 * @property bool $is_admin
 * @property bool $is_desk
 */
final class User extends Authenticatable
{
    use Notifiable;

    protected $fillable = ['name', 'email'];

    protected $casts = ['is_admin' => 'boolean', 'is_desk' => 'boolean'];

    /** @return array{id: int, name: string} what the others at the desk are told */
    public function member(): array
    {
        return ['id' => $this->id, 'name' => $this->name];
    }
}
