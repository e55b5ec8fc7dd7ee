<?php

declare(strict_types=1);

namespace Database\Seeders;

use App\Models\User;
use Illuminate\Database\Seeder;

final class DatabaseSeeder extends Seeder
{
    private const DESK = ['Ani', 'Budi', 'Citra', 'Dewi'];

    /**
     * The administrator, whom every registration is told to, and those who work at the live desk.
     */
    public function run(): void
    {
        $admin = User::query()->firstOrNew(['email' => 'admin@example.test'], ['name' => 'Admin']);
        $admin->forceFill(['is_admin' => true, 'is_desk' => true])->save();
        foreach (self::DESK as $name) {
            $user = User::query()->firstOrNew(['email' => strtolower($name).'@example.test'], ['name' => $name]);
            $user->forceFill(['is_desk' => true])->save();
        }
    }
}
