// What the tests of presence share: a Redis, hubs that end with the test, and what a client was told.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { closeClients } from '../lib/clients.mjs';
import { Hub } from '../lib/hub.mjs';
import { RedisServer } from '../lib/redis.mjs';
import { waitFor } from '../lib/wait.mjs';
import { openTicket } from './client.mjs';

/** How long a stream that has ended counts, how long the lease of an agent lasts, and what a sweep may be late, ms. */
export const grace = 3000;
export const lease = 15_000;
export const late = 2500;

export const ann = { id: 1, name: 'Ann' };
export const bob = { id: 2, name: 'Bob' };

/** What a client was told of presence in a topic: ["joining", member], ["subscribed", members sorted by id]. */
export function told(client, topic) {
    return client.events
        .filter((frame) => frame.event === 'broadcast')
        .map((frame) => ({ id: frame.id, ...JSON.parse(frame.data) }))
        .filter(({ channel, event }) => channel === topic && event.startsWith('presence:'))
        .map(({ event, data, id }) => {
            const name = event.slice('presence:'.length);
            // Lists are the stream's own, all else is in the log.
            assert.equal(id === null, name === 'subscribed');
            return [name, name === 'subscribed' ? data.sort((a, b) => (a?.id ?? 0) - (b?.id ?? 0)) : data];
        });
}

/** Who is present for somebody that reads what a client was told: each list is all, and what comes after it changes it. */
export function shown(client, topic) {
    const present = new Map();
    for (const [name, data] of told(client, topic)) {
        if (name === 'subscribed') {
            present.clear();
        }
        for (const member of [data].flat()) {
            if (name === 'leaving') {
                present.delete(member.id);
            } else {
                present.set(member.id, member);
            }
        }
    }
    return [...present.values()].sort((a, b) => a.id - b.id);
}

export const withoutLists = (all) => all.filter(([name]) => name !== 'subscribed');

/** For a describe(). at: { redis, hubs }, which are there while a test runs. */
export function presenceForTests() {
    const at = { redis: null, hubs: [] };
    before(async () => {
        at.redis = await new RedisServer().start();
    });
    beforeEach(async () => {
        await at.redis.client.command('FLUSHALL');
        at.hubs = [];
    });
    afterEach(async () => {
        await closeClients();
        for (const hub of at.hubs) {
            await hub.stop();
        }
    });
    after(() => at.redis.stop());

    async function startHub(options = {}) {
        const hub = await new Hub(at.redis, options).start();
        at.hubs.push(hub);
        return hub;
    }

    async function open(hub, topic, user, member, rest = {}, headers = {}) {
        const presence = user === null ? {} : { presence: { [topic]: { user, member } } };
        return openTicket(hub, { ...(user === null ? { follow: topic } : {}), ...presence, ...rest }, headers);
    }

    /** Opens a stream and waits for its list. */
    async function join(hub, topic, user, member, rest = {}, headers = {}) {
        const client = await open(hub, topic, user, member, rest, headers);
        await waitFor(() => told(client, topic).some(([name]) => name === 'subscribed'), 5000, 'the list of members');
        return client;
    }

    async function members(hub, topic) {
        return JSON.parse(await hub.php('echo json_encode((new SsePublisher())->members($argv[1]), JSON_FORCE_OBJECT);', topic));
    }

    const waitForTold = (client, topic, what, ms = 5000) =>
        waitFor(
            () => told(client, topic).some((one) => JSON.stringify(one) === JSON.stringify(what)),
            ms,
            () => `${JSON.stringify(what)}; it was told ${JSON.stringify(told(client, topic)).slice(0, 500)}`,
        );

    const keys = async () => (await at.redis.client.command('KEYS', '*')).sort();

    return { at, startHub, open, join, members, waitForTold, keys };
}
