@extends('desk.layout', ['title' => 'Streams and workers', 'page' => 'streams'])

@section('main')
    <section class="card lead" id="lead" aria-labelledby="lead-title">
        <div class="card-head"><div><h1 id="lead-title">Streams and workers</h1><p class="quiet">A stream is a tab that listens. The hub holds it, so that no PHP worker has to.</p></div></div>
        <div class="versus">
            <p class="figure streams"><span class="value" data-figure="streams">–</span><span class="label"><i></i>streams open</span></p>
            <p class="figure workers"><span class="value" data-figure="workers">–</span><span class="label"><i></i>PHP workers busy</span></p>
        </div>
        <figure class="chart">
            <svg id="chart" viewBox="0 0 240 80" preserveAspectRatio="none" role="img" aria-label="Open streams and busy PHP workers in the last two minutes"></svg>
            <span class="top-mark" aria-hidden="true"></span>
            <figcaption><span>2 minutes ago</span><span>now</span></figcaption>
        </figure>
        <p class="nothing">Waiting for the first figures of <code>php artisan desk:measure</code>.</p>
    </section>
    <section class="tiles" aria-label="Figures of the hub">
        @foreach ([
            'events' => ['Events in, a second', 'what the application publishes'],
            'deliveries' => ['Deliveries, a second', 'what tabs receive'],
            'memory' => ['Memory of the hub', 'the process, with all of its streams'],
            'each' => ['Memory of a stream', 'what each one more has added; shown from 50 on'],
        ] as $name => [$label, $about])
            <article class="card tile" data-tile="{{ $name }}">
                <h2>{{ $label }}</h2>
                <p class="value">–</p>
                <svg viewBox="0 0 240 48" preserveAspectRatio="none" aria-hidden="true"></svg>
                <p class="quiet">{{ $about }}</p>
            </article>
        @endforeach
    </section>
    <section class="card inline" aria-labelledby="inline-title">
        <h2 id="inline-title">Workers that hold a stream</h2>
        <p class="quiet">Streams that PHP callbacks feed, such as sections 1, 4, 6, 8 and 13, stay with a worker. They have a pool of their own: <strong data-figure="inline">–</strong>.</p>
    </section>
    <details class="card all" id="all">
        <summary>Every figure of the hub <span class="quiet">as Prometheus reads them at /metrics</span></summary>
        <table><thead><tr><th scope="col">Name</th><th scope="col">Value</th><th scope="col">What it is</th></tr></thead><tbody></tbody></table>
    </details>
@endsection
