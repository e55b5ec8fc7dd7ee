<?php

declare(strict_types=1);

namespace App\Support;

/**
 * Tokens for clients that talk to the hub's listener without a PHP page between: HS256, all that the hub accepts.
 */
final class Jwt
{
    /**
     * @param  array<string, mixed>  $claims  `exp` is required; `sub` is the user, `topics` what may be followed
     */
    public static function sign(array $claims, string $secret): string
    {
        $signed = self::encode(['alg' => 'HS256', 'typ' => 'JWT']).'.'.self::encode($claims);

        return $signed.'.'.self::base64url(hash_hmac('sha256', $signed, $secret, binary: true));
    }

    /**
     * @param  array<string, mixed>  $part
     */
    private static function encode(array $part): string
    {
        return self::base64url(json_encode($part, JSON_THROW_ON_ERROR));
    }

    private static function base64url(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }
}
