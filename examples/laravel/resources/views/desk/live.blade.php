@extends('desk.layout', ['title' => 'Live desk', 'page' => 'live'])

@section('main')
    <section class="card orders" id="orders" aria-labelledby="orders-title">
        <div class="card-head">
            <div>
                <h1 id="orders-title">Orders</h1>
                <p class="quiet">The newest twelve, as they are now for everybody.</p>
            </div>
            <button type="button" class="primary" id="take-order">Take an order</button>
        </div>
        <ul class="stations" aria-label="Orders by station">
            @foreach ($statuses as $status)
                <li data-status="{{ $status }}"><span class="count">0</span> {{ $status }}</li>
            @endforeach
        </ul>
        <table>
            <thead>
                <tr><th scope="col">Order</th><th scope="col">Customer</th><th scope="col">Total</th><th scope="col">Station</th><th scope="col">Changed</th><th scope="col"><span class="for-readers">Next step</span></th></tr>
            </thead>
            <tbody></tbody>
        </table>
        <div class="nothing">
            <p><strong>No orders yet.</strong></p>
            <p>Take one, or let them come: <code>php artisan orders:simulate</code></p>
        </div>
        <p class="notice" role="alert" hidden></p>
    </section>
    <aside>
        <section class="card people" id="people" aria-labelledby="people-title">
            <div class="card-head"><h2 id="people-title">At the desk</h2><p class="quiet" data-count>–</p></div>
            <ul aria-live="polite"></ul>
            <p class="quiet alone" hidden>Only you. Open a private window and work as somebody else.</p>
        </section>
        <section class="card wires" aria-labelledby="wires-title">
            <div class="card-head"><h2 id="wires-title">How it gets here</h2></div>
            <dl>
                <div><dt>Orders</dt><dd><code>broadcast(new OrderChanged($order))</code><code>Echo.private('orders')</code></dd></div>
                <div><dt>At the desk</dt><dd><code>Echo.join('desk')</code></dd></div>
                <div><dt>Bell</dt><dd><code>via() =&gt; ['database', 'sse']</code></dd></div>
                <div><dt>This page</dt><dd id="wire" class="quiet">connecting</dd></div>
            </dl>
            <a class="more" href="/live/streams">What it costs: streams and workers</a>
        </section>
    </aside>
    <script type="application/json" id="order-rows">@json($orders)</script>
@endsection
