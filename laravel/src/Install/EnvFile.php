<?php

declare(strict_types=1);

namespace Sse\Laravel\Install;

use RuntimeException;

/** A .env file. Whatever is not set here stays as it is, to the byte. */
final class EnvFile
{
    private string $text;

    public function __construct(public readonly string $path)
    {
        $this->text = $this->exists() ? (string) file_get_contents($path) : '';
    }

    public function exists(): bool
    {
        return is_file($this->path);
    }

    /** What stands there, without its quotes; null: the name is not there. */
    public function get(string $name): ?string
    {
        if (preg_match(self::line($name), $this->text, $match) !== 1) {
            return null;
        }
        $value = trim($match['value']);
        if (preg_match('/\A(["\'])(.*)\1\s*(#.*)?\z/s', $value, $quoted) === 1) {
            return $quoted[1] === '"' ? stripslashes($quoted[2]) : $quoted[2];
        }

        return trim((string) preg_replace('/(?:\A|\s)#.*\z/', '', $value));
    }

    /** In its line if it has one, at the end otherwise. */
    public function set(string $name, string $value): void
    {
        $line = $name.'='.self::quoted($value);
        if (preg_match(self::line($name), $this->text) === 1) {
            $this->text = (string) preg_replace_callback(self::line($name), fn (): string => $line, $this->text, 1);

            return;
        }
        $isOurs = str_contains(substr($this->text, (int) strrpos(rtrim($this->text), "\n")), 'SSE_');
        $this->text = ltrim(rtrim($this->text)."\n".($isOurs ? '' : "\n").$line."\n");
    }

    /**
     * In its place, so that owner and mode stay.
     *
     * @throws RuntimeException
     */
    public function save(): void
    {
        if (@file_put_contents($this->path, $this->text, LOCK_EX) !== strlen($this->text)) {
            throw new RuntimeException("{$this->path} cannot be written: run this command as its owner.");
        }
    }

    private static function line(string $name): string
    {
        return '/^(?:export\s+)?'.preg_quote($name, '/').'[ \t]*=(?<value>[^\r\n]*)/m';
    }

    private static function quoted(string $value): string
    {
        return preg_match('#\A[A-Za-z0-9_./:@,+-]*\z#', $value) === 1 ? $value : '"'.addcslashes($value, '"\\$').'"';
    }
}
