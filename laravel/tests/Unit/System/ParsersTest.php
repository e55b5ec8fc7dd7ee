<?php

declare(strict_types=1);

namespace Sse\Laravel\Tests\Unit\System;

use PHPUnit\Framework\TestCase;
use Sse\Laravel\System\HttpProbe;
use Sse\Laravel\System\ProcLimits;
use Sse\Laravel\System\RedisInfo;

final class ParsersTest extends TestCase
{
    public function test_limits_of_a_process(): void
    {
        $text = "Limit                     Soft Limit           Hard Limit           Units     \n"
            ."Max processes             96364                96364                processes \n"
            ."Max open files            1024                 524288               files     \n";

        $this->assertSame(1024, ProcLimits::openFiles($text));
        $this->assertNull(ProcLimits::openFiles(str_replace('1024', 'unlimited', $text)));
        $this->assertSame(524_288, ProcLimits::openFiles($text, hard: true));
        $this->assertNull(ProcLimits::openFiles(''));
    }

    public function test_what_redis_says_of_itself(): void
    {
        $this->assertSame(
            ['redis_version' => '7.0.15', 'maxmemory_policy' => 'noeviction', 'db0' => 'keys=1,expires=0', 'empty' => ''],
            RedisInfo::parse("# Server\r\nredis_version:7.0.15\r\nmaxmemory_policy:noeviction\r\n\r\ndb0:keys=1,expires=0\r\nempty:\r\n"),
        );
        $this->assertSame([], RedisInfo::parse(''));
    }

    public function test_a_listener_that_is_not_there_is_a_sentence(): void
    {
        $this->assertSame('Connection refused', HttpProbe::get('127.0.0.1:1', '/'));
        $this->assertSame('No such file or directory', HttpProbe::get('unix:/nowhere.sock', '/'));
    }
}
