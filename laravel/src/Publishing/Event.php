<?php

declare(strict_types=1);

namespace Sse\Laravel\Publishing;

use Illuminate\Contracts\Support\Arrayable;
use Illuminate\Contracts\Support\Jsonable;
use Illuminate\Http\Resources\Json\JsonResource;
use InvalidArgumentException;
use JsonException;
use JsonSerializable;
use Sse\Laravel\Exceptions\UnserializableData;

/** One event for one topic, ready to be written: its data is the text that clients get. */
final readonly class Event
{
    public string $data;

    /**
     * @param  string  $topic  a name that Topic::name() has passed
     * @param  mixed  $data  strings go out as they are, anything else as JSON
     * @param  ?string  $name  the event's name; null: clients hear it as "message"
     *
     * @throws UnserializableData
     * @throws InvalidArgumentException the name holds a line break or NUL
     */
    public function __construct(public string $topic, mixed $data, public ?string $name = null)
    {
        if ($name !== null && strpbrk($name, "\r\n\0") !== false) {
            throw new InvalidArgumentException('An event name cannot hold line breaks or NUL bytes.');
        }
        $this->data = self::encode($data, $topic, $name);
    }

    /** The data as PHP knows it: JSON is decoded, other text stays text. */
    public function decoded(): mixed
    {
        return json_decode($this->data, true) ?? $this->data;
    }

    private static function encode(mixed $data, string $topic, ?string $name): string
    {
        if (is_string($data)) {
            return $data;
        }
        try {
            return json_encode(self::plain($data), JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION);
        } catch (JsonException $e) {
            $event = $name === null ? 'event' : "event \"{$name}\"";
            throw new UnserializableData("The data of the {$event} for topic \"{$topic}\" has no JSON form: {$e->getMessage()}.", 0, $e);
        }
    }

    private static function plain(mixed $data): mixed
    {
        return match (true) {
            $data instanceof JsonResource => $data->resolve(),
            $data instanceof JsonSerializable => $data,
            $data instanceof Jsonable => json_decode($data->toJson(), false, 512, JSON_THROW_ON_ERROR),
            $data instanceof Arrayable => $data->toArray(),
            default => $data,
        };
    }
}
