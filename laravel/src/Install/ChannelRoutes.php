<?php

declare(strict_types=1);

namespace Sse\Laravel\Install;

/** Makes bootstrap/app.php load routes/channels.php, as `install:broadcasting` does. */
final class ChannelRoutes
{
    public const ARGUMENT = "channels: __DIR__.'/../routes/channels.php',";

    public static function areWired(PhpFile $bootstrap): bool
    {
        return preg_match('/\bchannels\s*:[^:]|withBroadcasting\s*\(|routes\/channels\.php/', $bootstrap->code()) === 1;
    }

    /** False: it is written in a way of its own, and somebody has to add the line. */
    public static function wire(PhpFile $bootstrap): bool
    {
        $text = $bootstrap->text;
        $changed = match (true) {
            // Laravel's own skeleton has had this line as a comment.
            preg_match('/^[ \t]*\/\/ channels: /m', $text) === 1 => preg_replace('/^([ \t]*)\/\/ channels: /m', '$1channels: ', $text, 1),
            // Named arguments only: a positional one could not follow.
            preg_match('/->withRouting\(\s*\)/', $text) === 1 => preg_replace('/->withRouting\(\s*\)/', '->withRouting('.rtrim(self::ARGUMENT, ',').')', $text, 1),
            preg_match('/->withRouting\(\r?\n([ \t]+)[a-z]+\s*:[^:]/i', $text, $match) === 1 => preg_replace('/->withRouting\((\r?\n)/', '->withRouting($1'.$match[1].self::ARGUMENT.'$1', $text, 1),
            preg_match('/->withRouting\([ \t]*[a-z]+\s*:[^:]/i', $text) === 1 => preg_replace('/->withRouting\([ \t]*/', '->withRouting('.self::ARGUMENT.' ', $text, 1),
            default => null,
        };

        return $changed !== null && $bootstrap->save($changed) && self::areWired($bootstrap);
    }
}
