<?php

// A stream for those with a link from `php secure.php ann`: signed, and good for a minute. SECRET must be in the environment of
// both. EventSource cannot send an Authorization header, so the permission is in the URL, which access logs keep.

declare(strict_types=1);

$secret = getenv('SECRET') ?: throw new RuntimeException('set SECRET in the environment');
$sign = fn (string $user, int $until): string => hash_hmac('sha256', "{$user}\n{$until}", $secret);

if (PHP_SAPI === 'cli') {
    $user = $argv[1] ?? exit("usage: php secure.php USER\n");
    $until = time() + 60;
    echo 'secure.php?', http_build_query(['user' => $user, 'until' => $until, 'token' => $sign($user, $until)]), "\n";
    exit;
}

['user' => $user, 'until' => $until, 'token' => $token] = array_filter($_GET, 'is_string') +
    ['user' => '', 'until' => '0', 'token' => ''];

if ((int) $until < time() || ! hash_equals($sign($user, (int) $until), $token)) {
    http_response_code(403);
    exit("This link is not valid any more.\n");
}

$stream = new SseStream(['user' => $user]);
$stream->follow("user:{$user}");
$stream->run();
