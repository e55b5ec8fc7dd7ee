<?php

declare(strict_types=1);

namespace Sse\Laravel\Install;

use RuntimeException;

/** A text of the package's directory stubs/. */
final class Stub
{
    /** @param  array<string, string|int>  $values  for its {{ names }} */
    public static function fill(string $name, array $values = []): string
    {
        $text = file_get_contents(dirname(__DIR__, 2)."/stubs/{$name}.stub");
        if ($text === false) {
            throw new RuntimeException("The package's file stubs/{$name}.stub cannot be read: install sse/laravel again.");
        }
        $pairs = [];
        foreach ($values as $key => $value) {
            $pairs["{{ {$key} }}"] = (string) $value;
        }

        return strtr($text, $pairs);
    }
}
