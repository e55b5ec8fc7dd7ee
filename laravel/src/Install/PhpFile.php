<?php

declare(strict_types=1);

namespace Sse\Laravel\Install;

use ParseError;
use RuntimeException;

/** A PHP file of the application that gets a line of ours. */
final class PhpFile
{
    private function __construct(public readonly string $path, public string $text)
    {
    }

    /** null: there is no such file. */
    public static function read(string $path): ?self
    {
        $text = is_file($path) ? file_get_contents($path) : false;

        return $text === false ? null : new self($path, $text);
    }

    /** The file without its comments, for looking at what it does. */
    public function code(): string
    {
        $code = '';
        foreach (token_get_all($this->text) as $token) {
            $isComment = is_array($token) && in_array($token[0], [T_COMMENT, T_DOC_COMMENT], true);
            $code .= $isComment ? '' : (is_array($token) ? $token[1] : $token);
        }

        return $code;
    }

    /**
     * False, and nothing is written, when PHP would not understand the file any more.
     *
     * @throws RuntimeException
     */
    public function save(string $text): bool
    {
        if (! self::isPhp($text)) {
            return false;
        }
        if (@file_put_contents($this->path, $text) === false) {
            throw new RuntimeException("{$this->path} cannot be written: run this command as its owner.");
        }
        $this->text = $text;

        return true;
    }

    private static function isPhp(string $text): bool
    {
        try {
            return token_get_all($text, TOKEN_PARSE) !== [];
        } catch (ParseError) {
            return false;
        }
    }
}
