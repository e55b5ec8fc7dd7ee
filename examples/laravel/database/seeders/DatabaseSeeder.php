<?php

declare(strict_types=1);

namespace Database\Seeders;

use App\Models\User;
use Illuminate\Database\Seeder;

final class DatabaseSeeder extends Seeder
{
    /**
     * The administrator, whom every registration is told to.
     */
    public function run(): void
    {
        $admin = User::query()->firstOrNew(['email' => 'admin@example.test'], ['name' => 'Admin']);
        $admin->forceFill(['is_admin' => true])->save();
    }
}
