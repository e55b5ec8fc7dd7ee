// One running example application for a file of tests, and what most tests do with it.
import { after, afterEach, before, describe } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { startExample, Visitor } from '../lib/example.mjs';

/** Calls define(app) within a suite; `app` is filled when its tests run. `options` are those of startExample(). */
export function onExample(database, define, options = {}) {
    describe(`Laravel, ${[database, ...Object.values(options)].join(', ')}`, { timeout: 300_000 }, () => {
        const app = {};
        before(async () => {
            const example = await startExample({ database, ...options });
            const visitor = await Visitor.signIn(example.url);
            Object.assign(app, {
                example,
                visitor,
                redis: example.redis,
                post: (path, body) => visitor.post(path, body),
                /** A tab: a stream with the visitor's cookies. */
                tab: (path, headers) => visitor.open(openRaw, path, headers),
                /** Registers users, whose notifications the queue worker makes. */
                register: async (...names) => {
                    for (const name of names) {
                        await visitor.post('/users', { name });
                    }
                },
            });
        });
        afterEach(closeClients);
        after(() => app.example?.stop());
        define(app);
    });
}

export const json = (events) => events.map((event) => JSON.parse(event.data));

/** The names that the notifications of a stream speak of, in order; at least once means that a page drops an id it has. */
export function namesIn(client) {
    const notifications = json(client.events.filter((event) => event.event === 'notification'));
    const byId = new Map(notifications.map((notification) => [notification.id, notification]));
    return [...byId.values()].map(({ message }) => /^\S+/.exec(message)[0]);
}
