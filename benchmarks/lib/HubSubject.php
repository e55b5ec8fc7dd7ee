<?php

/** Our hub. With logged topics (`follow`), or with plain channels (`subscribe`). */
final class HubSubject extends Subject
{
    private string $secret;

    public function __construct(string $name, Bench $bench, public readonly bool $withTopics, private int $workers = 1)
    {
        parent::__construct($name, $bench);
        $this->secret = bin2hex(random_bytes(16));
    }

    public function missing(): ?string
    {
        exec('php -n -d extension='.escapeshellarg($this->bench->extension).' -r "exit(class_exists(\'SseHub\') ? 0 : 1);" 2>&1', $lines,
            $status);

        return $status === 0 ? null : 'this build has no SseHub';
    }

    public function path(string $channel): string
    {
        return '/sse?token='.self::token($this->secret, [($this->withTopics ? 'topics' : 'channels') => [$channel]]);
    }

    public function publish(): string
    {
        return $this->withTopics ? "script:$this->redis:".realpath(__DIR__.'/../../src/io/lua/publish.lua') : parent::publish();
    }

    protected function launch(): void
    {
        $options = [
            'listen' => "127.0.0.1:$this->port",
            'control' => "$this->work/control",
            'redis' => 'redis://127.0.0.1:'.$this->startRedis(),
            'jwtSecret' => $this->secret,
            'maxClients' => 19_000 * $this->workers,
            'workers' => $this->workers,
        ];
        $this->run(['php', '-n', '-d', 'extension='.$this->bench->extension, '-r',
            '(new SseHub('.var_export($options, true).'))->run();']);
    }

    /** A JSON Web Token, signed with HS256, good for an hour. */
    private static function token(string $secret, array $claims): string
    {
        $encode = fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
        $signed = $encode('{"alg":"HS256"}').'.'.$encode(json_encode($claims + ['exp' => time() + 3600]));

        return $signed.'.'.$encode(hash_hmac('sha256', $signed, $secret, true));
    }
}
