<?php

/** The floor: benchmarks/peers/floor. */
final class FloorPeer extends Subject
{
    public function __construct(string $name, Bench $bench, private string $mode)
    {
        parent::__construct($name, $bench);
    }

    protected function launch(): void
    {
        $this->run([$this->bench->build.'/floor', (string) $this->port, (string) $this->startRedis(), $this->mode]);
    }
}

/** nginx with nchan; `redis` keeps the messages in Redis instead of its own memory. */
final class NchanPeer extends Subject
{
    private const MODULES = '/usr/lib/nginx/modules';

    public function __construct(string $name, Bench $bench, private bool $withRedis)
    {
        parent::__construct($name, $bench);
    }

    public function missing(): ?string
    {
        return is_file(self::MODULES.'/ngx_nchan_module.so') ? null : 'libnginx-mod-nchan is not installed';
    }

    public function publish(): string
    {
        return "http:$this->port:/pub?c=%s";
    }

    protected function launch(): void
    {
        $upstream = $pass = '';
        if ($this->withRedis) {
            $upstream = 'upstream redis { nchan_redis_server redis://127.0.0.1:'.$this->startRedis().'; }';
            $pass = 'nchan_redis_pass redis;';
        }
        $this->run(['nginx', '-c', $this->configure('nchan/nginx.conf',
            ['modules' => self::MODULES, 'upstream' => $upstream, 'redis' => $pass])]);
    }
}

/** Pushpin with what Debian starts with it; an nginx beside it answers its question who may listen. */
final class PushpinPeer extends Subject
{
    private int $publishPort;

    public function missing(): ?string
    {
        return is_file('/usr/bin/pushpin') && is_file('/usr/bin/condure') ? null : 'pushpin or condure is not installed';
    }

    public function publish(): string
    {
        return "grip:$this->publishPort";
    }

    protected function launch(): void
    {
        $this->publishPort = freePort();
        $origin = freePort();
        mkdir("$this->work/run");
        mkdir("$this->work/log");
        file_put_contents("$this->work/routes", "* 127.0.0.1:$origin\n");
        $this->runBeside(['nginx', '-c', $this->configure('pushpin/origin.conf', ['port' => $origin])]);
        awaitPort($origin);
        $this->run(['pushpin', '--config='.$this->configure('pushpin/pushpin.conf', ['port_publish' => freePort(),
            'port_zmq' => $this->publishPort, 'port_sub' => freePort(), 'port_command' => freePort()])]);
        awaitPort($this->publishPort);
        // Its processes find each other by and by; streams that are opened before that are cut.
        sleep(2);
    }
}

/** The guide's Go server: benchmarks/peers/go. */
final class GoPeer extends Subject
{
    public function missing(): ?string
    {
        return is_file($this->bench->build.'/go-server') ? null : 'the Go server was not built: tools/setup bench';
    }

    protected function launch(): void
    {
        $this->run([$this->bench->build.'/go-server', (string) $this->port, (string) $this->startRedis()]);
    }
}

/** The guide's Node server: benchmarks/peers/node. */
final class NodePeer extends Subject
{
    private const DIRECTORY = __DIR__.'/../peers/node';

    public function missing(): ?string
    {
        return is_dir(self::DIRECTORY.'/node_modules/ioredis') ? null : 'ioredis is not installed';
    }

    protected function launch(): void
    {
        $this->run(['node', realpath(self::DIRECTORY).'/server.mjs', (string) $this->port, (string) $this->startRedis()]);
    }
}

/** phpredis' subscribe() in PHP-FPM behind nginx: a worker for each client. */
final class PhpredisPeer extends Subject
{
    public const WORKERS = 50;

    public function most(): int
    {
        return self::WORKERS;
    }

    protected function launch(): void
    {
        $fpm = freePort();
        $pool = $this->run([fpmBinary(), '-n', ...phpredisOptions(), '-F', '-R', '-y', $this->configure('phpredis/fpm.conf',
            ['fpm' => $fpm, 'workers' => self::WORKERS, 'redis' => $this->startRedis()])]);
        $this->awaitChildren($pool, self::WORKERS);
        $this->run(['nginx', '-c', $this->configure('phpredis/nginx.conf',
            ['fpm' => $fpm, 'page' => realpath(__DIR__.'/../peers/phpredis/page.php')])]);
    }
}

function fpmBinary(): string
{
    $found = glob('/usr/sbin/php-fpm'.PHP_MAJOR_VERSION.'.'.PHP_MINOR_VERSION) ?: glob('/usr/sbin/php-fpm*');

    return $found[0] ?? throw new RuntimeException('php-fpm is not installed: tools/setup run');
}
