<!DOCTYPE html>
<html lang="en">
<head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="csrf-token" content="{{ csrf_token() }}">
    <title>{{ $title }}</title>
    <link rel="icon" href="/desk/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/desk/base.css">
    <link rel="stylesheet" href="/desk/header.css">
    <link rel="stylesheet" href="/desk/{{ $page }}.css">
    <script type="importmap">
        { "imports": { "laravel-echo": "/vendor/echo.js", "laravel-echo-sse": "/vendor/sse/index.js", "laravel-echo-sse/client": "/vendor/sse/client.js" } }
    </script>
    <script type="module" src="/desk/{{ $page }}.js"></script>
</head>
<body data-user="{{ json_encode($user->member()) }}">
    <a class="skip" href="#main">To the page</a>
    <header class="top">
        <a class="brand" href="/live"><img src="/desk/icon.svg" alt="" width="28" height="28"><span>Warung Sinar</span></a>
        <nav aria-label="Pages">
            <a href="/live" @if ($page === 'live') aria-current="page" @endif>Live desk</a>
            <a href="/live/streams" @if ($page === 'streams') aria-current="page" @endif>Streams and workers</a>
            <a href="/sections">13 ways</a>
        </nav>
        <div class="tools">
            <p class="connection" id="connection" data-state="connecting" role="status"><span class="dot" aria-hidden="true"></span><span class="label">connecting</span></p>
            <div class="bell" id="bell" data-unread="0">
                <button type="button" class="icon" aria-expanded="false" aria-controls="bell-panel" aria-label="Notifications, none unread">
                    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="M12 3a6 6 0 0 0-6 6c0 5-2 6.5-2 7.5h16c0-1-2-2.5-2-7.5a6 6 0 0 0-6-6Z"/><path d="M9.8 19.5a2.3 2.3 0 0 0 4.4 0"/></svg>
                    <span class="badge" hidden>0</span>
                </button>
                <section class="panel" id="bell-panel" aria-label="Notifications" hidden>
                    <div class="panel-head"><h2>Notifications</h2><button type="button" class="text" data-read-all disabled>Mark all as read</button></div>
                    <ol></ol>
                    <p class="nothing">Nothing unread. When a colleague takes an order, it is here at once.</p>
                </section>
                <p class="for-readers" aria-live="polite"></p>
            </div>
            <details class="who">
                <summary aria-label="Signed in as {{ $user->name }}"><span class="avatar" data-person="{{ $user->id }}">{{ mb_substr($user->name, 0, 1) }}</span><span class="name">{{ $user->name }}</span></summary>
                <div class="panel">
                    <p>Work as somebody else. A private window is a second desk.</p>
                    <ul>
                        @foreach ($users as $other)
                            <li><a href="/login?as={{ strtolower($other->name) }}" @if ($other->is($user)) aria-current="true" @endif><span class="avatar" data-person="{{ $other->id }}">{{ mb_substr($other->name, 0, 1) }}</span>{{ $other->name }}</a></li>
                        @endforeach
                    </ul>
                </div>
            </details>
        </div>
    </header>
    <main id="main" class="{{ $page }}">
        @yield('main')
    </main>
    <footer>
        <p>A demonstration of <code>sse/laravel</code>: Server-Sent Events from Laravel without a PHP worker per tab.</p>
    </footer>
</body>
</html>
