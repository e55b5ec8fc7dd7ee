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
 */
final class User extends Authenticatable
{
    use Notifiable;

    protected $fillable = ['name', 'email'];

    protected $casts = ['is_admin' => 'boolean'];
}
