<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit;

use Illuminate\Config\Repository;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\Test;
use PHPUnit\Framework\TestCase;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Redis\RedisSettings;
use SsePublisher;

final class RedisSettingsTest extends TestCase
{
    /**
     * @param  array<string, mixed>  $redis
     * @param  array<string, mixed>  $expected
     */
    #[Test]
    #[DataProvider('connections')]
    public function the_extension_gets_what_laravels_redis_has(array $redis, array $expected): void
    {
        $settings = self::settings('default', $redis)->resolve();
        $this->assertEquals($expected, $settings);
        new SsePublisher($settings); // takes it
    }

    /** @return iterable<string, array{array<string, mixed>, array<string, mixed>}> */
    public static function connections(): iterable
    {
        yield 'Laravel\'s own file' => [
            ['client' => 'phpredis', 'options' => ['cluster' => 'redis', 'prefix' => 'app-database-', 'persistent' => false],
                'default' => ['url' => null, 'host' => '127.0.0.1', 'username' => null, 'password' => null, 'port' => '6379', 'database' => '0',
                    'max_retries' => 3, 'backoff_algorithm' => 'decorrelated_jitter']],
            ['host' => '127.0.0.1', 'port' => '6379', 'database' => '0', 'prefix' => 'app-database-'],
        ];
        yield 'a URL' => [
            ['options' => ['prefix' => 'app:'], 'default' => ['url' => 'redis://me:s%40cret@10.0.0.5:6380/2']],
            ['host' => '10.0.0.5', 'port' => 6380, 'database' => '2', 'username' => 'me', 'password' => 's@cret', 'prefix' => 'app:'],
        ];
        yield 'TLS' => [
            ['default' => ['url' => 'tls://10.0.0.5:6380']],
            ['scheme' => 'tls', 'host' => '10.0.0.5', 'port' => 6380],
        ];
        yield 'sentinels' => [
            ['options' => ['prefix' => 'app:'], 'default' => ['url' => 'redis-sentinel://:pw@a:1,b:2/1?master=m', 'host' => '127.0.0.1', 'port' => 6379]],
            ['url' => 'redis-sentinel://:pw@a:1,b:2/1?master=m', 'prefix' => 'app:'],
        ];
        yield 'sentinels as predis has them' => [
            ['options' => ['prefix' => 'app:'], 'default' => ['tcp://a:26380?timeout=0.1', 'tcp://b', ['host' => 'c', 'port' => '26381'], 'options' => [
                'replication' => 'sentinel', 'service' => 'm', 'parameters' => ['password' => 'pw', 'database' => 1]]]],
            ['scheme' => 'redis-sentinel', 'seeds' => 'a:26380,b:26379,c:26381', 'master' => 'm', 'password' => 'pw', 'database' => 1, 'prefix' => 'app:'],
        ];
        yield 'sentinels as predis has them, with passwords of their own and TLS' => [
            ['options' => ['replication' => 'sentinel', 'service' => 'm', 'parameters' => ['scheme' => 'tls', 'username' => 'u', 'password' => 'pw']],
                'default' => ['tls://su:sp@a:26380', 'tls://su:sp@b:26380']],
            ['scheme' => 'rediss-sentinel', 'seeds' => 'a:26380,b:26380', 'master' => 'm', 'username' => 'u', 'password' => 'pw',
                'sentinel_username' => 'su', 'sentinel_password' => 'sp'],
        ];
        yield 'a cluster' => [
            ['options' => ['cluster' => 'redis', 'prefix' => '{app}:'], 'clusters' => ['options' => ['cluster' => 'redis'], 'default' => [
                ['host' => 'a', 'port' => 7000, 'password' => 'p', 'database' => 0], ['host' => 'b', 'port' => '7001']]]],
            ['scheme' => 'redis-cluster', 'seeds' => 'a:7000,b:7001', 'password' => 'p', 'database' => 0, 'prefix' => '{app}:'],
        ];
        yield 'a prefix of its own' => [
            ['options' => ['prefix' => 'app:'], 'default' => ['host' => 'h', 'options' => ['prefix' => 'mine:']]],
            ['host' => 'h', 'prefix' => 'mine:'],
        ];
        yield 'phpredis\' Unix socket, and options that only phpredis has' => [
            ['options' => ['serializer' => 1, 'compression' => 2, 'prefix' => ''], 'default' => ['host' => '/run/redis.sock', 'port' => 0]],
            ['path' => '/run/redis.sock', 'prefix' => ''],
        ];
    }

    #[Test]
    public function a_dsn_and_memory_go_through_as_they_are(): void
    {
        foreach (['redis://127.0.0.1:1/0?prefix=a:', 'memory:', 'unix:///run/redis.sock'] as $dsn) {
            $this->assertSame($dsn, self::settings($dsn, [])->resolve());
        }
        $this->assertSame('a:', self::settings('redis://127.0.0.1:1/0?prefix=a:', [])->prefix());
    }

    #[Test]
    public function a_connection_that_is_not_there_is_named(): void
    {
        $this->expectException(InvalidConfiguration::class);
        $this->expectExceptionMessage('"nowhere" does not exist in config/database.php');
        self::settings('nowhere', [])->resolve();
    }

    #[Test]
    public function a_cluster_without_a_hash_tag_is_refused_by_the_extension(): void
    {
        $settings = self::settings('c', ['options' => ['prefix' => 'app:'], 'clusters' => ['c' => [['host' => 'a']]]]);
        $this->assertTrue($settings->isCluster());
        $this->expectExceptionMessage('the prefix needs a hash tag');
        new SsePublisher($settings->resolve());
    }

    #[Test]
    public function the_prefix_may_be_in_a_url_of_several_hosts(): void
    {
        $settings = self::settings('default', ['options' => ['prefix' => 'app:'], 'default' => ['url' => 'redis-cluster://a:1,b:2/?prefix={shop}:']]);
        $this->assertSame('{shop}:', $settings->prefix());
        $this->assertTrue($settings->isCluster());
        $this->assertFalse(self::settings('redis-sentinel://a,b', [])->isCluster());
    }

    /** @param  array<string, mixed>  $redis */
    private static function settings(mixed $name, array $redis): RedisSettings
    {
        return new RedisSettings(new Repository(['sse' => ['redis' => $name], 'database' => ['redis' => $redis]]));
    }
}
