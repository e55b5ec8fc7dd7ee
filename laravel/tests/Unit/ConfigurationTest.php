<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit;

use PHPUnit\Framework\Attributes\Test;
use Sse\Laravel\Exceptions\InvalidConfiguration;
use Sse\Laravel\Hub\HubOptions;
use Sse\Laravel\Tests\TestCase;
use SseHub;

final class ConfigurationTest extends TestCase
{
    protected function configuration(): array
    {
        // A published file of an older version, say.
        return ['sse.redirect' => null, 'sse.hub' => '/run/sse.sock', 'sse.redis' => 'redis://127.0.0.1:6379', 'sse.broadcasting' => ['max_channels' => 5],
            'sse.work' => ['listen' => null, 'max_clients' => '500', 'workers' => '4', 'secret' => '12345678901234567890123456789012', 'cors' => 'https://a.example, https://b.example']];
    }

    #[Test]
    public function settings_that_a_published_file_lacks_have_their_defaults(): void
    {
        $this->assertSame(5, config('sse.broadcasting.max_channels'));
        $this->assertSame('broadcasting/sse', config('sse.broadcasting.endpoint'));
        $this->assertSame(25, config('sse.stream.heartbeat'));
        $this->assertNull(config('sse.work.listen', 'x'));
    }

    #[Test]
    public function the_hub_gets_what_the_configuration_says(): void
    {
        $options = $this->app->make(HubOptions::class)->all();
        $this->assertSame('/run/sse.sock', $options['control']);
        $this->assertSame(500, $options['maxClients']);
        $this->assertSame(4, $options['workers']);
        $this->assertSame('12345678901234567890123456789012', $options['jwtSecret']);
        $this->assertSame(['https://a.example', 'https://b.example'], $options['cors']);
        new SseHub($options); // takes it
    }

    #[Test]
    public function a_setting_that_is_none_is_named(): void
    {
        config(['sse.work.maxclients' => 5]);
        $this->expectException(InvalidConfiguration::class);
        $this->expectExceptionMessage('sse.work has no "maxclients"');
        $this->app->make(HubOptions::class)->all();
    }
}
