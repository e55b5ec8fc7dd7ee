<?php

declare(strict_types=1);

namespace Sse\Laravel\System\Nginx;

/** One directive, with what is in its braces. */
final class Directive
{
    /** @var list<self> */
    public array $children = [];

    /** @param  list<string>  $arguments */
    public function __construct(public readonly string $name, public readonly array $arguments, public readonly ?self $parent)
    {
    }

    public function argument(int $index = 0): string
    {
        return $this->arguments[$index] ?? '';
    }

    /** @return list<self> those directly in it */
    public function children(string $name): array
    {
        return array_values(array_filter($this->children, fn (self $child): bool => $child->name === $name));
    }

    /** @return list<self> those in it, at whatever depth */
    public function all(string $name): array
    {
        $found = [];
        foreach ($this->children as $child) {
            if ($child->name === $name) {
                $found[] = $child;
            }
            array_push($found, ...$child->all($name));
        }

        return $found;
    }

    /** The directive that holds here: its own, or that of the nearest block around it. */
    public function effective(string $name): ?self
    {
        for ($block = $this; $block !== null; $block = $block->parent) {
            $own = $block->children($name);
            if ($own !== []) {
                return $own[count($own) - 1];
            }
        }

        return null;
    }

    /** "location /sse-hub" */
    public function label(): string
    {
        return trim($this->name.' '.implode(' ', $this->arguments));
    }
}
