<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Feature;

use PHPUnit\Framework\Attributes\DataProvider;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Checks\NginxBuffering;
use Sse\Laravel\Doctor\Checks\NginxConnections;
use Sse\Laravel\Doctor\Checks\NginxGzip;
use Sse\Laravel\Doctor\Checks\NginxHttp2;
use Sse\Laravel\Doctor\Checks\NginxKeepConn;
use Sse\Laravel\Doctor\Checks\NginxReadTimeout;
use Sse\Laravel\Doctor\Checks\NginxRedirect;
use Sse\Laravel\Doctor\Status;
use Sse\Laravel\System\Nginx\Nginx;
use Sse\Laravel\Tests\TestCase;

final class DoctorNginxTest extends TestCase
{
    private const PHP = 'location ~ \.php$ { fastcgi_pass unix:/run/php.sock; %s }';

    private const HUB = 'location = /sse-hub { internal; proxy_pass http://hub/sse; %s }';

    /** @param  class-string<Check>  $check */
    #[DataProvider('sites')]
    public function test_what_a_site_is_found_to_be(string $check, Status $status, string $server, string $http = '', string $main = ''): void
    {
        config(['sse.redirect' => '/sse-hub', 'sse.work.max_clients' => 1_000]);
        $this->nginx("{$main} http { {$http} upstream hub { server 127.0.0.1:8088; } server { root {$this->basePath}/public; {$server} } }");
        $result = $this->app?->make($check)->run();

        $this->assertSame($status, $result?->status, (string) $result?->found);
        $this->assertSame($status === Status::Ok || $status === Status::Skipped, $result->mend === null);
    }

    /** @return list<list<mixed>> */
    public static function sites(): array
    {
        $php = fn (string $more = ''): string => sprintf(self::PHP, $more);
        $hub = fn (string $more = ''): string => sprintf(self::HUB, $more);

        return [
            [NginxKeepConn::class, Status::Ok, $php()],
            [NginxKeepConn::class, Status::Ok, $php('fastcgi_keep_conn off;'), 'fastcgi_keep_conn on;'],
            [NginxKeepConn::class, Status::Failure, $php('fastcgi_keep_conn on;')],
            [NginxKeepConn::class, Status::Failure, $php(), 'fastcgi_keep_conn on;'],
            [NginxKeepConn::class, Status::Skipped, $hub()],
            [NginxReadTimeout::class, Status::Ok, $php()],
            [NginxReadTimeout::class, Status::Failure, $php('fastcgi_read_timeout 20s;')],
            [NginxReadTimeout::class, Status::Failure, $php().$hub('proxy_read_timeout 25;')],
            [NginxReadTimeout::class, Status::Ok, $php().$hub('proxy_read_timeout 1m 15s;')],
            [NginxReadTimeout::class, Status::Skipped, ''],
            [NginxBuffering::class, Status::Ok, $php('fastcgi_ignore_headers Cache-Control;')],
            [NginxBuffering::class, Status::Failure, $php('fastcgi_ignore_headers Expires X-Accel-Buffering;')],
            [NginxBuffering::class, Status::Ok, $php('fastcgi_buffering off; fastcgi_ignore_headers X-Accel-Buffering;')],
            [NginxBuffering::class, Status::Failure, $hub(), 'proxy_ignore_headers x-accel-buffering;'],
            [NginxGzip::class, Status::Ok, $php(), 'gzip on; gzip_types text/css;'],
            [NginxGzip::class, Status::Failure, $php(), 'gzip on; gzip_types text/css text/event-stream;'],
            [NginxGzip::class, Status::Failure, $php('gzip on;'), 'gzip_types *;'],
            [NginxGzip::class, Status::Ok, $php('gzip off;'), 'gzip on; gzip_types *;'],
            [NginxGzip::class, Status::Failure, $php(), 'brotli on; brotli_types text/event-stream;'],
            [NginxHttp2::class, Status::Warning, 'listen 80;'],
            [NginxHttp2::class, Status::Ok, 'listen 80; listen 443 ssl http2;'],
            [NginxHttp2::class, Status::Ok, 'listen 443 ssl; http2 on;'],
            [NginxConnections::class, Status::Warning, '', '', 'worker_processes 1; events { worker_connections 768; }'],
            [NginxConnections::class, Status::Ok, '', '', 'worker_processes 4; events { worker_connections 768; }'],
            [NginxConnections::class, Status::Warning, '', '', 'worker_processes 1; worker_rlimit_nofile 1024; events { worker_connections 9999; }'],
            [NginxRedirect::class, Status::Ok, $hub()],
            [NginxRedirect::class, Status::Failure, $php()],
            [NginxRedirect::class, Status::Warning, 'location /sse-hub { proxy_pass http://127.0.0.1:8088/sse; }'],
            [NginxRedirect::class, Status::Warning, 'location /sse-hub { internal; proxy_pass http://127.0.0.1:9999/sse; }'],
            [NginxRedirect::class, Status::Failure, 'location /sse-hub { internal; }'],
        ];
    }

    public function test_other_sites_and_no_nginx_are_not_looked_at(): void
    {
        $this->nginx('http { server { root /srv/other; fastcgi_keep_conn on; } }');
        $result = $this->app?->make(NginxKeepConn::class)->run();
        $this->assertSame([Status::Skipped, true], [$result?->status, str_contains((string) $result?->found, "{$this->basePath}/public")]);

        $this->app?->instance(Nginx::class, new Nginx(null, []));
        $this->assertSame(Status::Skipped, $this->app?->make(NginxKeepConn::class)->run()->status);
    }

    public function test_without_a_heartbeat_nginx_ends_quiet_streams(): void
    {
        config(['sse.stream.heartbeat' => 0]);
        $this->nginx("http { server { root {$this->basePath}/public; ".sprintf(self::PHP, '').' } }');

        $this->assertSame(Status::Warning, $this->app?->make(NginxReadTimeout::class)->run()->status);
    }

    private function nginx(string $configuration): void
    {
        file_put_contents("{$this->basePath}/nginx.conf", $configuration);
        $this->app?->instance(Nginx::class, new Nginx(null, ["{$this->basePath}/nginx.conf"]));
    }
}
