<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit\System;

use PHPUnit\Framework\Attributes\TestWith;
use PHPUnit\Framework\TestCase;
use Sse\Laravel\System\Nginx\Directive;
use Sse\Laravel\System\Nginx\Nginx;
use Sse\Laravel\System\Nginx\Parser;
use Sse\Laravel\System\Nginx\Value;
use Sse\Laravel\Tests\Support\Files;

final class NginxTest extends TestCase
{
    public function test_directives_blocks_quotes_and_comments(): void
    {
        $root = (new Parser)->parse(<<<'NGINX'
            worker_processes auto; # auto; { }
            http {
                log_format main '$remote_addr "$request" {"a": "b;c"}'
                                "two";
                map $http_upgrade $up { default ''; ~*^x{1,2}$ yes; }
                server {
                    root /srv/app/public;
                    location ~ \.php$ { fastcgi_pass unix:/run/php.sock; set $x "${y}z"; return 200 ${x}a; }
                    location ~ ^/a{2}$ { }
                    content_by_lua_block { if a then b = { "}" == nil } end }
                    listen 443 ssl;
                }
            }
            NGINX);

        $server = $root->all('server')[0];
        $this->assertSame(['$remote_addr "$request" {"a": "b;c"}', 'two'], array_slice($root->all('log_format')[0]->arguments, 1));
        $this->assertSame('/srv/app/public', $server->children('root')[0]->argument());
        $this->assertSame(['location ~ \.php$', 'location ~ ^/a{2}$'], array_map(fn (Directive $block): string => $block->label(), $server->all('location')));
        $this->assertSame('unix:/run/php.sock', $server->all('fastcgi_pass')[0]->argument());
        $this->assertSame('${y}z', $server->all('set')[0]->argument(1));
        $this->assertSame('listen 443 ssl', $server->children('listen')[0]->label());
        $this->assertSame('http', $server->parent?->name);
    }

    public function test_a_directive_holds_in_the_blocks_below_unless_they_have_their_own(): void
    {
        $root = (new Parser)->parse('http { gzip on; server { location /a { gzip off; } location /b { } } }');
        [$a, $b] = $root->all('location');

        $this->assertSame(['off', 'on', null], [$a->effective('gzip')?->argument(), $b->effective('gzip')?->argument(), $b->effective('etag')]);
    }

    #[TestWith([''])]
    #[TestWith(['} } ; ; { a b'])]
    #[TestWith(['http { server { "unclosed'])]
    #[TestWith(['a \\'])]
    public function test_nonsense_is_passed_over(string $text): void
    {
        $this->assertSame([], (new Parser)->parse($text)->all('location'));
    }

    public function test_includes_of_files_stand_where_they_are_included(): void
    {
        $directory = sys_get_temp_dir().'/sse-nginx-'.bin2hex(random_bytes(4));
        mkdir("{$directory}/sites", 0777, true);
        file_put_contents("{$directory}/nginx.conf", 'http { gzip on; include sites/*.conf; include nowhere; } include nginx.conf;');
        file_put_contents("{$directory}/sites/a.conf", 'server { root /srv/a; }');
        file_put_contents("{$directory}/sites/b.conf", 'server { location / { root /srv/b/; } }');
        $nginx = new Nginx(null, ["{$directory}/none.conf", "{$directory}/nginx.conf"]);

        $this->assertNotSame([], $nginx->serversOf('/srv/b'), 'a file that includes itself is no end');
        $this->assertSame('on', $nginx->serversOf('/srv/a')[0]->effective('gzip')?->argument());
        $this->assertSame([], $nginx->serversOf('/srv/c'));
        $this->assertNull((new Nginx(null, []))->configuration());
        $this->assertNull((new Nginx(['/nowhere/nginx'], []))->configuration());
        Files::remove($directory);
    }

    public function test_a_dump_is_put_together_again(): void
    {
        $root = Nginx::parseDump(<<<'NGINX'
            # configuration file /etc/nginx/nginx.conf:
            http { gzip on; include /etc/nginx/sites/*; include conf.d/*.conf; }
            # configuration file /etc/nginx/sites/app:
            server { root /srv/app; }
            # configuration file /etc/nginx/conf.d/x.conf:
            etag off;

            NGINX);

        $server = $root?->all('server')[0] ?? null;
        $this->assertSame(['on', 'off'], [$server?->effective('gzip')?->argument(), $server?->effective('etag')?->argument()]);
        $this->assertNull(Nginx::parseDump(''));
    }

    #[TestWith(['75s', 75.0])]
    #[TestWith(['60', 60.0])]
    #[TestWith(['1m30s', 90.0])]
    #[TestWith(['1h 5m', 3900.0])]
    #[TestWith(['500ms', 0.5])]
    #[TestWith(['1d', 86_400.0])]
    #[TestWith(['$timeout', null])]
    #[TestWith(['', null])]
    public function test_times(string $text, ?float $seconds): void
    {
        $this->assertSame($seconds, Value::seconds($text));
    }
}
