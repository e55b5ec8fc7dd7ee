<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit\System;

use PHPUnit\Framework\TestCase;
use Sse\Laravel\System\FpmPool;

final class FpmPoolTest extends TestCase
{
    public function test_pools_of_a_file(): void
    {
        $pools = FpmPool::parse(<<<'INI'
            ; user = nobody
            [global]
            pid = /run/x
            [www]
            user = www-data ; whom it runs as
            group = www-data
            listen = /run/php/$pool.sock
            ;listen = 127.0.0.1:9000
            [other]
            user="deploy"
            INI);

        $this->assertSame([['www', 'www-data', '/run/php/www.sock'], ['other', 'deploy', null]], array_map(
            fn (FpmPool $pool): array => [$pool->name, $pool->user, $pool->listen],
            $pools,
        ));
        $this->assertSame([], FpmPool::parse(''));
        $this->assertSame([], FpmPool::all(['/nowhere/*.conf']));
    }

    public function test_the_pool_of_this_php_comes_first(): void
    {
        $directory = sys_get_temp_dir().'/sse-fpm-'.bin2hex(random_bytes(4));
        $own = PHP_MAJOR_VERSION.'.'.PHP_MINOR_VERSION;
        foreach (['7.4', $own, '99.0'] as $version) {
            mkdir("{$directory}/php/{$version}/fpm", 0777, true);
            file_put_contents("{$directory}/php/{$version}/fpm/www.conf", "[www]\nuser = u{$version}\n");
        }
        $this->assertSame("u{$own}", FpmPool::all(["{$directory}/php/*/fpm/*.conf"])[0]->user);
        \Sse\Laravel\Tests\Support\Files::remove($directory);
    }
}
