// One Card per section: it opens and closes a stream and shows what comes. Nothing else on the page talks to the streams.

const MAX_OPEN = 4; // of the six connections that a browser keeps to a host, two are left for the buttons
const MAX_SHOWN = 100;
const RETRY_MS = 3000;
const NAMES = ['message', 'notification', 'worker', 'ready', 'found', 'gap', 'ping'];

const token = document.querySelector('meta[name="csrf-token"]').content;

async function post(path, body) {
    const response = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRF-TOKEN': token },
        body: JSON.stringify(body),
    });
    if (!response.ok) {
        throw new Error(`${path}: ${response.status} ${(await response.json()).message ?? ''}`);
    }
    return response.json();
}

function element(tag, className, text) {
    const created = document.createElement(tag);
    created.className = className;
    created.textContent = text;
    return created;
}

class Card {
    static open = [];

    constructor(root) {
        this.root = root;
        this.section = root.dataset.section;
        this.keeps = 'keep' in root.dataset;
        this.list = root.querySelector('.events');
        this.input = root.querySelector('.stream');
        this.source = null;
        this.forget();
        this.restore();

        root.querySelector('.switch').addEventListener('click', () => (this.isOpen ? this.close() : this.connect()));
        this.input.addEventListener('change', () => this.isOpen && this.reconnect());
    }

    get isOpen() {
        return Card.open.includes(this);
    }

    set state(state) {
        this.root.dataset.state = state;
        this.root.querySelector('.state').textContent = state;
        this.root.querySelector('.switch').setAttribute('aria-pressed', String(state !== 'closed'));
    }

    connect() {
        if (!this.isOpen) {
            Card.open.push(this);
            if (Card.open.length > MAX_OPEN) {
                Card.open[0].close();
            }
        }
        this.state = 'connecting';
        this.listen().catch(() => this.retry());
        rememberOpen();
    }

    close() {
        Card.open = Card.open.filter((card) => card !== this);
        this.drop();
        this.state = 'closed';
        rememberOpen();
    }

    reconnect() {
        this.drop();
        this.connect();
    }

    drop() {
        clearTimeout(this.timer);
        this.source?.close();
        this.source = null;
    }

    async listen() {
        const url = new URL(await this.url(), location.href);
        if (!this.isOpen) {
            return; // closed while the URL was fetched
        }
        if (this.lastId) {
            url.searchParams.set('lastEventId', this.lastId);
        }
        const source = new EventSource(url);
        this.source = source;
        source.onopen = () => (this.state = 'live');
        source.onerror = () => {
            this.state = 'connecting';
            // EventSource comes back by itself after a broken connection, but never after any other answer than 200.
            if (source.readyState === EventSource.CLOSED) {
                this.retry();
            }
        };
        for (const name of NAMES) {
            source.addEventListener(name, (event) => this.receive(event));
        }
    }

    // The URLs of section 9 and of section 7's token are good for one connection.
    async url() {
        const url = this.input.value;
        return url.startsWith('/sse/ticket') ? (await (await fetch(url)).json()).url : url;
    }

    retry() {
        this.drop();
        this.timer = setTimeout(() => this.isOpen && this.connect(), RETRY_MS);
    }

    receive({ type, data, lastEventId }) {
        this.show({ name: type, data, id: lastEventId, received: Date.now() });
        if (type === 'gap') {
            // What was missed is not in the log any more: start again as if for the first time.
            this.lastId = '';
            this.save();
            this.reconnect();
            return;
        }
        this.lastId = lastEventId || this.lastId;
        this.save();
    }

    show(event) {
        const data = parse(event.data);
        const id = data?.id ?? '';
        // At least once: the id in the data says what is here already.
        if (id && this.seen.has(id)) {
            return;
        }
        this.seen.add(id);
        this.events.push(event);
        this.events.splice(0, this.events.length - MAX_SHOWN);
        this.count += 1;
        this.root.dataset.count = String(this.count);
        this.root.querySelector('.count').textContent = String(this.count);
        this.list.prepend(this.item(event, data, id));
        while (this.list.children.length > MAX_SHOWN) {
            this.list.lastElementChild.remove();
        }
    }

    item(event, data, id) {
        const item = element('li', 'event', '');
        item.dataset.id = id;
        item.dataset.event = event.name;
        item.dataset.eventId = event.id;
        const text = element('span', 'data', '');
        if (data?.message !== undefined) {
            text.append(element('strong', 'title', data.title ?? ''), element('span', 'message', data.message));
        } else {
            text.textContent = data === undefined ? event.data : JSON.stringify(data);
        }
        const latency = data?.at ? `${event.received - data.at} ms` : '';
        item.append(element('span', 'name', event.name), text, element('span', 'when', latency));
        item.title = `${new Date(event.received).toLocaleTimeString()} ${event.id}`;
        return item;
    }

    forget() {
        this.lastId = '';
        this.seen = new Set();
        this.events = [];
        this.count = 0;
    }

    save() {
        if (this.keeps) {
            const kept = { lastId: this.lastId, events: this.events };
            sessionStorage.setItem(`section-${this.section}`, JSON.stringify(kept));
        }
    }

    restore() {
        const kept = this.keeps && JSON.parse(sessionStorage.getItem(`section-${this.section}`));
        if (kept) {
            kept.events.forEach((event) => this.show(event));
            this.lastId = kept.lastId;
        }
    }

    get shownIds() {
        return [...this.list.children].map((item) => item.dataset.id).filter(Boolean);
    }
}

function parse(text) {
    try {
        return JSON.parse(text);
    } catch {
        return undefined; // plain text is as good
    }
}

function notice(text) {
    document.querySelector('#notice').textContent = text;
}

// After a reload the same cards are open again.
function rememberOpen() {
    sessionStorage.setItem('open', JSON.stringify(Card.open.map((card) => card.section)));
}

let number = 0;
function trigger(kind, name) {
    number += 1;
    const request =
        kind === 'register'
            ? post('/users', { name: name || `Visitor ${number}` })
            : post(`/trigger/${kind}`, { message: `Message ${number}, ${new Date().toLocaleTimeString()}` });
    return request.catch((error) => notice(error.message));
}

const cards = [...document.querySelectorAll('.card:not([data-needs])')].map((root) => new Card(root));

for (const card of cards) {
    card.root.querySelector('.trigger')?.addEventListener('click', (event) => trigger(event.target.dataset.trigger));
    card.root.querySelector('.read')?.addEventListener('click', () =>
        post('/notifications/read', { ids: card.shownIds })
            .then(({ read }) => notice(`${read} marked as read.`))
            .catch((error) => notice(error.message)),
    );
}

document.querySelector('#register').addEventListener('submit', (event) => {
    event.preventDefault();
    trigger('register', event.target.elements.name.value.trim());
    event.target.reset();
});

const remembered = JSON.parse(sessionStorage.getItem('open'));
for (const card of cards) {
    if (remembered ? remembered.includes(card.section) : 'open' in card.root.dataset) {
        card.connect();
    }
}
