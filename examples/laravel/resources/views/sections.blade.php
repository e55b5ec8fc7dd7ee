<!DOCTYPE html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="csrf-token" content="{{ csrf_token() }}">
    <title>Server-Sent Events with Laravel and Redis</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/page.css">
    <script src="/page.js" defer></script>
</head>
<body>
    <header>
        <div>
            <h1>Server-Sent Events</h1>
            <p>Thirteen ways from Redis to the browser. Signed in as <strong>{{ $user->name }}</strong>, without a password: a demonstration.</p>
        </div>
        <form id="register">
            <label for="name">Register a user</label>
            <input id="name" name="name" placeholder="a name" maxlength="100" autocomplete="off">
            <button>Register</button>
        </form>
    </header>
    <p id="notice" role="status">
        A browser keeps six connections to a host open, so at most four streams run at once: a fifth closes the oldest.
    </p>
    <main>
        @foreach ($sections as $section)
            <article id="section-{{ $section['number'] }}" class="card" data-section="{{ $section['number'] }}"
                data-state="closed" data-count="0"{{ isset($section['keep']) ? ' data-keep' : '' }}{{ isset($section['open']) ? ' data-open' : '' }}>
                <h2><span class="number">{{ $section['number'] }}</span>{{ $section['title'] }}</h2>
                <p class="text">{{ $section['text'] }}</p>
                <p class="method"><code>{{ $section['method'] }}</code></p>
                <div class="bar">
                    <button class="switch" aria-pressed="false"><span class="dot"></span><span class="state">closed</span></button>
                    @if (count($section['streams']) > 1)
                        <select class="stream" aria-label="Which stream">
                            @foreach ($section['streams'] as $name => $url)
                                <option value="{{ $url }}">{{ $name }}</option>
                            @endforeach
                        </select>
                    @else
                        <input class="stream" type="hidden" value="{{ reset($section['streams']) }}">
                    @endif
                    <span class="count" title="events">0</span>
                    @isset ($section['trigger'])
                        <button class="trigger" data-trigger="{{ $section['trigger'] }}">{{ $section['button'] }}</button>
                    @endisset
                    @if ($section['number'] === 3)
                        <button class="read" title="sets read_at; the next stream starts without them">mark read</button>
                    @endif
                </div>
                <ol class="events" aria-live="polite"></ol>
            </article>
        @endforeach
    </main>
</body>
</html>
