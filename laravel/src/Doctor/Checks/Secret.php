<?php

declare(strict_types=1);

namespace Sse\Laravel\Doctor\Checks;

use Illuminate\Contracts\Config\Repository;
use Sse\Laravel\Doctor\Check;
use Sse\Laravel\Doctor\Result;

final readonly class Secret implements Check
{
    public function __construct(private Repository $config)
    {
    }

    public function title(): string
    {
        return 'Secret of tokens';
    }

    public function run(): Result
    {
        $secret = $this->config->get('sse.work.secret');

        return match (true) {
            $secret === null || $secret === '' => Result::skipped('SSE_SECRET is not set: Sse::token() cannot be used, all else can.'),
            ! is_string($secret) || strlen($secret) < 32 => Result::failure('sse.work.secret (SSE_SECRET) is shorter than 32 bytes.',
                'Remove its line from .env and run `php artisan sse:install`, which makes a new one.'),
            default => Result::ok('It is long enough.'),
        };
    }
}
