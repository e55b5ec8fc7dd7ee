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
    <script src="/hub.js" defer></script>
</head>
<body>
    <header>
        <div>
            <h1>Server-Sent Events</h1>
            <p>Thirteen ways from Redis to the browser. Signed in as <strong>{{ $user->name }}</strong>, without a password: a demonstration. <a href="/live">Live desk</a></p>
        </div>
        <form id="register">
            <label for="name">Register a user</label>
            <input id="name" name="name" placeholder="a name" maxlength="100" autocomplete="off">
            <button>Register</button>
        </form>
    </header>
    <section id="hub" aria-label="The hub">
        <dl>
            <div class="wide"><dt>streams in the hub</dt><dd data-figure="streams">–</dd></div>
            <div><dt>PHP workers for them</dt><dd data-figure="workers">–</dd></div>
            <div><dt>memory of the hub</dt><dd data-figure="memory">–</dd></div>
            <div><dt>per stream</dt><dd data-figure="each">–</dd></div>
            <div><dt>events in, a second</dt><dd data-figure="events">–</dd></div>
            <div><dt>deliveries, a second</dt><dd data-figure="deliveries">–</dd></div>
        </dl>
        <svg viewBox="0 0 120 32" preserveAspectRatio="none" role="img" aria-label="deliveries in the last two minutes"><path></path></svg>
        <button class="announce" title="one event for all of /sse/crowd, which examples/run opens by the thousand">Send to the crowd</button>
    </section>
    <p id="notice" role="status">
        A browser keeps six connections to a host open, so at most four streams run at once: a fifth closes the oldest.
    </p>
    <main>
        @foreach ($sections as $section)
            <article id="section-{{ $section['number'] }}" class="card" data-section="{{ $section['number'] }}"
                data-state="closed" data-count="0" data-carrier="{{ $section['carrier'] }}"{{ isset($section['needs']) ? ' data-needs' : '' }}{{ isset($section['keep']) ? ' data-keep' : '' }}{{ isset($section['open']) ? ' data-open' : '' }}>
                <h2><span class="number">{{ $section['number'] }}</span>{{ $section['title'] }}</h2>
                <p class="text">{{ $section['text'] }}</p>
                <p class="method"><code>{{ $section['method'] }}</code>
                    <span class="carrier">{{ $section['carrier'] === 'hub' ? 'carried by the hub' : 'inline: PHP callbacks hold a worker' }}</span></p>
                @isset ($section['needs'])
                <p class="needs">Needs {{ $section['needs'] }}</p>
                @else
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
                @endisset
            </article>
        @endforeach
    </main>
</body>
</html>
