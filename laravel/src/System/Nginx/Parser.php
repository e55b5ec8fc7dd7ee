<?php

declare(strict_types=1);

namespace Sse\Laravel\System\Nginx;

use Closure;

/** Reads nginx's configuration. What makes no sense is passed over. */
final class Parser
{
    /** `include` within `include`. */
    private const DEPTH_MAX = 10;

    private const TOKEN = '/
        \s+ | \#[^\n]*
        | (?<mark>[;{}])
        | "(?<double>(?:[^"\\\\]|\\\\.)*)" | \'(?<single>(?:[^\'\\\\]|\\\\.)*)\'
        | (?<word>(?:[^\s;{}"\'\\\\]|\\\\.|(?<=\$)\{\w+\}|\{\d+(?:,\d*)?\})(?:[^\s;{\\\\}]|\\\\.|(?<=\$)\{\w+\}|\{\d+(?:,\d*)?\})*)
        | .
        /xs';

    /** @param  null|Closure(string): list<string>  $include  the texts of the files that a pattern names; null: none are read */
    public function __construct(private readonly ?Closure $include = null)
    {
    }

    public function parse(string $text): Directive
    {
        $root = new Directive('', [], null);
        $this->fill($root, $text, 0);

        return $root;
    }

    private function fill(Directive $block, string $text, int $depth): void
    {
        $words = [];
        foreach (self::tokens($text) as [$token, $isMark]) {
            if (! $isMark) {
                $words[] = $token;
            } elseif ($token === '}') {
                $block = $block->parent ?? $block;
                $words = [];
            } elseif ($words !== []) {
                $directive = new Directive($words[0], array_slice($words, 1), $block);
                $words = [];
                if ($token === ';' && $directive->name === 'include' && $this->include !== null) {
                    foreach ($depth < self::DEPTH_MAX ? ($this->include)($directive->argument()) : [] as $included) {
                        $this->fill($block, $included, $depth + 1);
                    }

                    continue;
                }
                $block->children[] = $directive;
                $block = $token === '{' ? $directive : $block;
            }
        }
    }

    /** @return iterable<array{string, bool}> text, and whether it is one of ; { } */
    private static function tokens(string $text): iterable
    {
        // A program in Lua has braces and quotes of its own.
        $text = (string) preg_replace('/_by_lua_block\s*(\{(?:[^{}"\']|"(?:[^"\\\\\n]|\\\\.)*"|\'(?:[^\'\\\\\n]|\\\\.)*\'|["\']|(?1))*+\})/', '_by_lua_block {}', $text);
        preg_match_all(self::TOKEN, $text, $tokens, PREG_SET_ORDER | PREG_UNMATCHED_AS_NULL);
        foreach ($tokens as $token) {
            if (isset($token['mark'])) {
                yield [$token['mark'], true];
            } elseif (isset($token['word'])) {
                yield [$token['word'], false];
            } elseif (isset($token['double']) || isset($token['single'])) {
                yield [stripslashes($token['double'] ?? $token['single'] ?? ''), false];
            }
        }
    }
}
