<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit\Doctor;

use PHPUnit\Framework\Attributes\TestWith;
use PHPUnit\Framework\TestCase;
use Sse\Laravel\Doctor\Checks\ExtensionInFpm;
use Sse\Laravel\Doctor\Checks\HubVersion;
use Sse\Laravel\Doctor\Checks\OpenFiles;
use Sse\Laravel\Doctor\Checks\RedisClock;
use Sse\Laravel\Doctor\Checks\RedisOutputBuffer;
use Sse\Laravel\Doctor\Checks\RedisPersistence;
use Sse\Laravel\Doctor\Status;
use Sse\Laravel\Tests\Support\Files;

final class ChecksTest extends TestCase
{
    #[TestWith([0.0, Status::Ok, 'by 0.000 s'])]
    #[TestWith([-0.9, Status::Ok, 'by 0.900 s'])]
    #[TestWith([1.5, Status::Warning, '1.500 s ahead of Redis'])]
    #[TestWith([-3600.2, Status::Warning, '3,600 s behind Redis'])]
    public function test_clocks(float $difference, Status $status, string $found): void
    {
        $result = RedisClock::compare($difference);

        $this->assertSame($status, $result->status);
        $this->assertStringContainsString($found, $result->found);
    }

    #[TestWith([null, 1_000_000, Status::Ok])]
    #[TestWith([11_024, 10_000, Status::Ok])]
    #[TestWith([10_000, 10_000, Status::Warning])]
    #[TestWith([1_024, 10_000, Status::Warning])]
    public function test_open_files(?int $limit, int $streams, Status $status): void
    {
        $result = OpenFiles::compare($limit, $streams, true);

        $this->assertSame($status, $result->status);
        $status === Status::Warning && $this->assertStringContainsString('11024', (string) $result->mend);
    }

    #[TestWith([true, '', Status::Ok])]
    #[TestWith([true, null, Status::Ok])]
    #[TestWith([false, '3600 1 300 100', Status::Ok])]
    #[TestWith([false, '', Status::Warning])]
    #[TestWith([false, null, Status::Skipped])]
    public function test_what_redis_keeps(bool $aof, ?string $save, Status $status): void
    {
        $this->assertSame($status, RedisPersistence::judge($aof, $save)->status);
    }

    #[TestWith(['normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60', Status::Ok])]
    #[TestWith(['pubsub 0 0 0', Status::Ok])]
    #[TestWith(['normal 0 0 0 pubsub 33554432 1048576 10', Status::Warning])]
    #[TestWith(['normal 0 0 0 pubsub 1048576 0 0', Status::Warning])]
    #[TestWith(['', Status::Skipped])]
    public function test_what_a_hub_may_leave_unread(string $limits, Status $status): void
    {
        $this->assertSame($status, RedisOutputBuffer::judge($limits)->status);
    }

    #[TestWith([null, Status::Skipped])]
    #[TestWith(["7f0 r-xp 0 0 1 /usr/lib/libc.so.6\n", Status::Skipped])]
    #[TestWith(["7f0 r--p 0 08:01 12  /usr/lib/php/20220829/sse.so\n", Status::Ok])]
    #[TestWith(["7f0 r--p 0 08:01 12  /usr/lib/php/20220829/sse.so (deleted)\n", Status::Warning])]
    public function test_the_file_that_a_hub_runs(?string $maps, Status $status): void
    {
        $this->assertSame($status, HubVersion::ofFile($maps)->status);
    }

    #[TestWith(['extension=sse', Status::Ok])]
    #[TestWith(["; sse\n  extension = \"/opt/sse.so\" ; ours", Status::Ok])]
    #[TestWith([";extension=sse\nextension=sse2", Status::Warning])]
    public function test_the_extension_in_fpm(string $ini, Status $status): void
    {
        $directory = sys_get_temp_dir().'/sse-fpm-'.bin2hex(random_bytes(4));
        mkdir("{$directory}/conf.d", 0777, true);
        $this->assertSame(Status::Skipped, (new ExtensionInFpm($directory))->run()->status);
        file_put_contents("{$directory}/conf.d/20-sse.ini", $ini);

        $this->assertSame($status, (new ExtensionInFpm($directory))->run()->status);
        Files::remove($directory);
    }
}
