<?php

declare(strict_types=1);

namespace Sse\Laravel\Tail;

use Symfony\Component\Console\Formatter\OutputFormatter;

/** Text from elsewhere, for a terminal: it can neither move the cursor nor pretend to be something else. */
final class Printable
{
    /**
     * One line. Control characters, and those that turn the direction of writing, become visible escapes; bytes that are not UTF-8
     * become question marks.
     */
    public static function line(string $text): string
    {
        $text = mb_scrub($text, 'UTF-8');

        return preg_replace_callback(
            '/[\x{00}-\x{1f}\x{7f}-\x{9f}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2066}-\x{2069}]/u',
            fn (array $match): string => match ($match[0]) {
                "\n" => '\n',
                "\r" => '\r',
                "\t" => '\t',
                default => sprintf('\u{%02x}', mb_ord($match[0], 'UTF-8')),
            },
            $text,
        ) ?? '';
    }

    /** As line(), and no longer than so many columns. */
    public static function cut(string $text, int $columns): string
    {
        // What is cut off need not be looked at: a character has four bytes at most.
        return mb_strimwidth(self::line(mb_strcut($text, 0, 4 * $columns + 4, 'UTF-8')), 0, $columns, '…', 'UTF-8');
    }

    /** In a style of Symfony's console, tags in the text being text. */
    public static function styled(string $text, string $style): string
    {
        return "<{$style}>".OutputFormatter::escape($text).'</>';
    }
}
