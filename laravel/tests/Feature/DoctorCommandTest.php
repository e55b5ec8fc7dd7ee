<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Feature;

use Illuminate\Support\Facades\Artisan;
use PHPUnit\Framework\Attributes\TestWith;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Checks;
use Sse\Laravel\Doctor\Doctor;
use Sse\Laravel\Doctor\Result;
use Sse\Laravel\Doctor\Status;
use Sse\Laravel\Hub\HubOptions;
use Sse\Laravel\System\FpmProcesses;
use Sse\Laravel\System\Nginx\Nginx;
use Sse\Laravel\Tests\Support\HubServer;
use Sse\Laravel\Tests\TestCase;

final class DoctorCommandTest extends TestCase
{
    private ?HubServer $hub = null;

    protected function setUp(): void
    {
        parent::setUp();
        config(['sse.hub' => "{$this->basePath}/hub.sock", 'sse.work.listen' => "unix:{$this->basePath}/http.sock"]);
        // Whatever this machine has.
        $this->app?->instance(Nginx::class, new Nginx(null, []));
        $this->app?->instance(FpmProcesses::class, $this->fpm('root'));
    }

    protected function tearDown(): void
    {
        $this->hub?->stop();
        parent::tearDown();
    }

    public function test_all_is_well(): void
    {
        $redis = $this->useRedis();
        $redis->client()->config('SET', 'save', '3600 1');
        $this->startHub();
        try {
            foreach ([...Doctor::CHECKS['Redis'], ...Doctor::CHECKS['Hub']] as $check) {
                $result = $this->examine($check);
                $this->assertSame(Status::Ok, $result->status, "{$check}: {$result->found}");
            }
        } finally {
            $redis->client()->config('SET', 'save', '');
        }
    }

    public function test_it_tells_what_is_wrong_and_ends_with_1(): void
    {
        config(['database.redis.default' => ['host' => '127.0.0.1', 'port' => 1]]);
        $this->assertSame(1, Artisan::call('sse:doctor'));
        $output = Artisan::output();
        foreach (['✗ Connection: Redis at 127.0.0.1:1: Connection refused.', '→ Start Redis', '✗ Hub: ', '→ Run `php artisan sse:work`', '! Queue: ',
            '– Version: Redis cannot be asked.', 'Begin with the first failure.'] as $expected) {
            $this->assertStringContainsString($expected, $output);
        }
    }

    public function test_json_is_for_scripts(): void
    {
        $this->useRedis();
        $this->startHub();
        $code = Artisan::call('sse:doctor', ['--json' => true]);
        $report = json_decode(Artisan::output(), true, 4, JSON_THROW_ON_ERROR);
        $checks = array_column($report['checks'], null, 'name');

        $this->assertSame($code === 0, $report['ok']);
        $this->assertCount(count(array_merge(...array_values(Doctor::CHECKS))), $checks);
        $this->assertSame(['ok', null], [$checks['redis-reachable']['status'], $checks['redis-reachable']['mend']]);
        $this->assertSame('skipped', $checks['nginx-http2']['status']);
    }

    public function test_a_check_that_breaks_stops_no_other(): void
    {
        $this->app?->bind(Checks\Heartbeat::class, fn (): Check => new class implements Check
        {
            public function title(): string
            {
                return 'Broken';
            }

            public function run(): Result
            {
                throw new \RuntimeException("no \e[2J disk");
            }
        });
        Artisan::call('sse:doctor');

        $this->assertStringContainsString('– Broken: This could not be looked at: no \u{1b}[2J disk', Artisan::output());
    }

    public function test_a_hub_of_another_prefix_is_found(): void
    {
        $redis = $this->useRedis();
        $this->hub = new HubServer("{$this->basePath}/hub.sock", ['redis' => "redis://127.0.0.1:{$redis->port}?prefix=other:"]);
        $result = $this->examine(Checks\HubRedis::class);

        $this->assertSame(Status::Failure, $result->status);
        $this->assertStringContainsString('another Redis', $result->found);
    }

    public function test_a_hub_of_redis_beside_a_configuration_of_memory_is_found(): void
    {
        $redis = $this->useRedis();
        $this->hub = new HubServer("{$this->basePath}/hub.sock", ['redis' => "redis://127.0.0.1:{$redis->port}"]);
        config(['sse.redis' => 'memory:']);
        $result = $this->examine(Checks\HubRedis::class);

        $this->assertSame(Status::Failure, $result->status);
        $this->assertStringContainsString('has Redis for a broker', $result->found);
        $this->assertStringContainsString('start it again', (string) $result->mend);
    }

    public function test_a_socket_of_somebody_else_is_found(): void
    {
        $this->assertSame(Status::Skipped, $this->examine(Checks\HubSocket::class)->status);
        $this->useRedis();
        $this->startHub();
        $this->app?->instance(FpmProcesses::class, $this->fpm('www-data'));
        $result = $this->examine(Checks\HubSocket::class);

        $this->assertSame(Status::Failure, $result->status);
        $this->assertStringContainsString('Run sse:work as www-data', (string) $result->mend);
    }

    public function test_a_listener_that_is_not_there_is_found(): void
    {
        $this->useRedis();
        $this->hub = new HubServer("{$this->basePath}/hub.sock");

        $this->assertSame(Status::Failure, $this->examine(Checks\Listener::class)->status);
        config(['sse.work.listen' => null]);
        $this->assertSame(Status::Skipped, $this->examine(Checks\Listener::class)->status);
    }

    public function test_redis_that_wants_a_password_is_told_from_one_that_is_away(): void
    {
        $redis = $this->useRedis();
        $redis->client()->config('SET', 'requirepass', 'secret');
        try {
            $result = $this->examine(Checks\RedisReachable::class);
        } finally {
            $client = $redis->client();
            $client->auth('secret');
            $client->config('SET', 'requirepass', '');
        }

        $this->assertSame(Status::Failure, $result->status);
        $this->assertStringContainsString('REDIS_PASSWORD', (string) $result->mend);
    }

    public function test_redis_that_removes_logs_is_found(): void
    {
        $client = $this->useRedis()->client();
        $client->config('SET', 'maxmemory-policy', 'volatile-lru');
        $this->assertSame(Status::Ok, $this->examine(Checks\RedisEviction::class)->status);
        $client->config('SET', 'maxmemory', '100mb');
        $this->assertStringContainsString('volatile-lru and 100 MiB', $this->fresh()->examine(Checks\RedisEviction::class)->found);
        $client->config('SET', 'maxmemory', '0');
        $client->config('SET', 'maxmemory-policy', 'noeviction');
    }

    public function test_redis_that_keeps_nothing_is_found(): void
    {
        $this->useRedis();

        $this->assertSame(Status::Warning, $this->examine(Checks\RedisPersistence::class)->status);
    }

    public function test_a_replica_is_found(): void
    {
        $redis = $this->useRedis();
        $redis->client()->slaveof('127.0.0.1', 1);
        try {
            $result = $this->examine(Checks\RedisRole::class);
        } finally {
            $redis->client()->slaveof('NO', 'ONE');
        }

        $this->assertSame(Status::Failure, $result->status);
        $this->assertStringContainsString('replica of 127.0.0.1', $result->found);
    }

    public function test_redis_that_cuts_a_hub_off_early_is_found(): void
    {
        $client = $this->useRedis()->client();
        $client->config('SET', 'client-output-buffer-limit', 'pubsub 1mb 0 0');
        try {
            $result = $this->examine(Checks\RedisOutputBuffer::class);
        } finally {
            $client->config('SET', 'client-output-buffer-limit', 'pubsub 32mb 8mb 60');
        }

        $this->assertSame(Status::Warning, $result->status);
    }

    public function test_redis_that_tells_nothing_of_its_settings(): void
    {
        $client = $this->useRedis()->client();
        $client->acl('SETUSER', 'default', '-config');
        try {
            $this->assertSame(Status::Skipped, $this->examine(Checks\RedisOutputBuffer::class)->status);
            $this->assertSame(Status::Skipped, $this->examine(Checks\RedisPersistence::class)->status);
        } finally {
            $client->acl('SETUSER', 'default', '+config');
        }
    }

    /** @param  array<string, mixed>  $configuration */
    #[TestWith([Checks\Heartbeat::class, ['sse.stream.heartbeat' => 0], Status::Warning])]
    #[TestWith([Checks\Heartbeat::class, ['sse.stream.heartbeat' => 90], Status::Warning])]
    #[TestWith([Checks\Heartbeat::class, [], Status::Ok])]
    #[TestWith([Checks\Secret::class, [], Status::Skipped])]
    #[TestWith([Checks\Secret::class, ['sse.work.secret' => 'short'], Status::Failure])]
    #[TestWith([Checks\BroadcastDriver::class, [], Status::Ok])]
    #[TestWith([Checks\BroadcastDriver::class, ['broadcasting.default' => 'log'], Status::Warning])]
    #[TestWith([Checks\BroadcastDriver::class, ['broadcasting.default' => 'redis', 'broadcasting.connections.redis.driver' => 'redis'], Status::Warning])]
    #[TestWith([Checks\BroadcastDriver::class, ['broadcasting.default' => 'redis', 'broadcasting.connections.redis.driver' => 'redis', 'sse.broadcasting.understand_redis' => true], Status::Ok])]
    #[TestWith([Checks\BroadcastQueue::class, [], Status::Warning])]
    #[TestWith([Checks\BroadcastQueue::class, ['queue.default' => 'database'], Status::Ok])]
    #[TestWith([Checks\RestartSignal::class, [], Status::Warning])]
    #[TestWith([Checks\RestartSignal::class, ['cache.default' => 'file'], Status::Ok])]
    #[TestWith([Checks\RestartSignal::class, ['cache.default' => 'database'], Status::Failure])]
    #[TestWith([Checks\ConfigValid::class, [], Status::Ok])]
    #[TestWith([Checks\ConfigValid::class, ['sse.work.overflow' => 'sideways'], Status::Failure])]
    #[TestWith([Checks\ConfigValid::class, ['sse.work.colour' => 'red'], Status::Failure])]
    #[TestWith([Checks\ConfigValid::class, ['sse.redis' => 'nowhere'], Status::Failure])]
    #[TestWith([Checks\Redirect::class, [], Status::Skipped])]
    #[TestWith([Checks\Redirect::class, ['sse.redirect' => '/sse-hub'], Status::Ok])]
    #[TestWith([Checks\Redirect::class, ['sse.redirect' => '/sse-hub', 'sse.work.listen' => null], Status::Failure])]
    #[TestWith([Checks\Redirect::class, ['sse.redirect' => 'hub.example'], Status::Failure])]
    #[TestWith([Checks\RedisPrefix::class, ['sse.redis' => 'redis://127.0.0.1?prefix=other'], Status::Warning])]
    #[TestWith([Checks\RedisPrefix::class, ['sse.redis' => 'redis://127.0.0.1?prefix=app:'], Status::Ok])]
    #[TestWith([Checks\RedisReachable::class, ['sse.redis' => 'memory:'], Status::Skipped])]
    #[TestWith([Checks\HubAnswers::class, ['sse.hub' => null], Status::Warning])]
    public function test_settings(string $check, array $configuration, Status $status): void
    {
        config($configuration);

        $this->assertSame($status, $this->examine($check)->status);
    }

    public function test_a_cache_that_is_older_than_what_it_was_made_of_is_found(): void
    {
        $this->assertSame(Status::Ok, $this->examine(Checks\ConfigCache::class)->status);
        file_put_contents("{$this->basePath}/bootstrap/cache/config.php", '<?php return [];');
        file_put_contents("{$this->basePath}/.env", '');
        touch("{$this->basePath}/.env", time() - 100);
        $this->assertSame(Status::Ok, $this->examine(Checks\ConfigCache::class)->status);
        touch("{$this->basePath}/.env", time() + 100);
        clearstatcache();
        $this->assertStringContainsString('.env is newer', $this->examine(Checks\ConfigCache::class)->found);
    }

    public function test_php_ini_that_says_otherwise_is_found(): void
    {
        $this->assertSame(Status::Ok, $this->examine(Checks\IniSettings::class)->status);
        ini_set('sse.hub', '/run/other.sock');
        try {
            $this->assertStringContainsString('sse.hub = /run/other.sock', $this->examine(Checks\IniSettings::class)->found);
        } finally {
            ini_restore('sse.hub');
        }
    }

    private function examine(string $check): Result
    {
        $check = $this->app?->make($check);

        return $check instanceof Check ? $check->run() : $this->fail('no check');
    }

    private function fresh(): self
    {
        $this->app?->forgetScopedInstances();

        return $this;
    }

    private function startHub(): void
    {
        $this->hub = new HubServer("{$this->basePath}/hub.sock", $this->app?->make(HubOptions::class)->all() ?? []);
    }

    private function fpm(string $user): FpmProcesses
    {
        return new class($user) extends FpmProcesses
        {
            public function __construct(private readonly string $user)
            {
            }

            public function users(): array
            {
                return [$this->user];
            }
        };
    }
}
