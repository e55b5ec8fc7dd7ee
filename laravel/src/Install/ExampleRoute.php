<?php

declare(strict_types=1);

namespace Sse\Laravel\Install;

/** The route /sse in routes/web.php. */
final class ExampleRoute
{
    public static function isThere(PhpFile $routes): bool
    {
        return preg_match('/Sse::stream\s*\(|[\'"]\/?sse[\'"]/', $routes->code()) === 1;
    }

    /** False: the file is written in a way of its own. */
    public static function add(PhpFile $routes): bool
    {
        $route = Stub::fill('route');
        $text = rtrim($routes->text)."\n";
        $hasFacade = preg_match('/^use Illuminate\\\\Support\\\\Facades\\\\Route;\r?\n/m', $text, $match) === 1;
        if ($hasFacade) {
            $text = str_replace($match[0], $match[0]."use Sse\\Laravel\\Facades\\Sse;\n", $text);
        } else {
            $route = str_replace(['Route::get', '=> Sse::'], ['\Illuminate\Support\Facades\Route::get', '=> \Sse\Laravel\Facades\Sse::'], $route);
        }

        return ! str_ends_with(rtrim($text), '?>') && $routes->save($text.$route) && self::isThere($routes);
    }
}
