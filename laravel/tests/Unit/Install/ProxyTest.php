<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit\Install;

use PHPUnit\Framework\TestCase;
use Sse\Laravel\Install\Proxy;

final class ProxyTest extends TestCase
{
    public function test_what_runs_is_taken_before_what_is_installed(): void
    {
        $this->assertSame(Proxy::Apache, Proxy::choose(['php', 'apache2'], ['nginx', 'apache2']));
        $this->assertSame(Proxy::Apache, Proxy::choose(['httpd'], []));
        $this->assertSame(Proxy::Caddy, Proxy::choose(['php'], ['caddy', 'apache2']));
        $this->assertSame(Proxy::Nginx, Proxy::choose(['caddy', 'nginx'], []));
        $this->assertSame(Proxy::None, Proxy::choose(['php'], ['php']));
    }
}
