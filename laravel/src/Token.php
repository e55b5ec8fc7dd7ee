<?php

declare(strict_types=1);

namespace Sse\Laravel;

/** Tokens that the hub's listener takes: JSON Web Tokens, HS256 (RFC 7515, RFC 7519). */
final class Token
{
    /** @param  array<string, mixed>  $claims */
    public static function sign(array $claims, string $secret): string
    {
        $signed = self::encode(['alg' => 'HS256', 'typ' => 'JWT']).'.'.self::encode($claims);

        return $signed.'.'.self::base64url(hash_hmac('sha256', $signed, $secret, true));
    }

    /** @param  array<string, mixed>  $part */
    private static function encode(array $part): string
    {
        return self::base64url(json_encode($part, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES));
    }

    private static function base64url(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }
}
