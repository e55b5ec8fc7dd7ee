<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor;

use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Foundation\Application;
use Sse\Laravel\System\Nginx\Directive;
use Sse\Laravel\System\Nginx\Nginx;

/** Looks at the sites of nginx that serve this application's public directory. */
abstract class NginxCheck implements Check
{
    final public function __construct(
        protected readonly Nginx $nginx,
        protected readonly Application $app,
        protected readonly Repository $config,
    ) {
    }

    /** @param  non-empty-list<Directive>  $servers */
    abstract protected function look(array $servers): Result;

    public function run(): Result
    {
        if ($this->nginx->configuration() === null) {
            return Result::skipped('nginx is not here, or its configuration cannot be read by this user.');
        }
        $servers = $this->nginx->serversOf($this->app->publicPath());

        return $servers === []
            ? Result::skipped("No server of nginx has the root {$this->app->publicPath()}.")
            : $this->look($servers);
    }

    /**
     * @param  list<Directive>  $servers
     * @return list<Directive> the blocks from which requests go to PHP-FPM (fastcgi_pass) or elsewhere (proxy_pass)
     */
    protected static function passing(array $servers, string $directive): array
    {
        $blocks = [];
        foreach ($servers as $server) {
            foreach ($server->all($directive) as $pass) {
                $blocks[] = $pass->parent ?? $pass;
            }
        }

        return $blocks;
    }

    protected function heartbeat(): float
    {
        $seconds = $this->config->get('sse.stream.heartbeat');

        return is_numeric($seconds) ? (float) $seconds : 25.0;
    }

    protected function text(string $key): string
    {
        $value = $this->config->get($key);

        return is_string($value) ? $value : '';
    }
}
