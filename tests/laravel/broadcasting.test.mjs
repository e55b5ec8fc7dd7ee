// The stream of the Echo connector over real HTTP: channels at connect and while it is open, presence, Laravel's own redis driver.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { closeClients, openRaw } from '../lib/clients.mjs';
import { sleep, waitFor } from '../lib/wait.mjs';
import { channelQuery, PackageApp } from './package_app.mjs';

describe('broadcasting through the Laravel package', { timeout: 180_000 }, () => {
    let app;
    let ani;
    let budi;
    before(async () => {
        app = await PackageApp.start();
        [ani, budi] = [await app.visitor(1), await app.visitor(2)];
    });
    afterEach(closeClients);
    after(() => app?.stop());

    /** A stream of a visitor; `stream` is its id, `broadcasts()` what came for Echo. */
    const open = async (visitor, channels, headers = {}) => {
        const client = await visitor.open(openRaw, channelQuery(...channels), headers);
        Object.assign(client, JSON.parse((await client.waitForFrame((frame) => frame.event === 'sse:connected')).data));
        client.broadcasts = (channel) => client.events.filter((event) => event.event === 'broadcast')
            .map((event) => JSON.parse(event.data)).filter((message) => !channel || message.channel === channel);
        return client;
    };
    const broadcast = (channel, event, data = {}) => app.post('/do/broadcast', { channel, event, data });
    const heard = (client, event, ms = 5000) => waitFor(
        () => client.broadcasts().find((message) => message.event === event), ms,
        () => `${event}; heard ${JSON.stringify(client.broadcasts())}`,
    );
    const members = (client) => client.broadcasts('presence-room.1').reduce((all, { event, data }) => {
        const name = (member) => member.name;
        switch (event) {
            case 'presence:subscribed': return data.map(name);
            case 'presence:joining': return [...all.filter((one) => one !== name(data)), name(data)];
            case 'presence:leaving': return all.filter((one) => one !== name(data));
            default: return all;
        }
    }, []).sort();
    const waitForMembers = (client, names, ms = 8000) => waitFor(
        () => JSON.stringify(members(client)) === JSON.stringify(names), ms,
        () => `${names}; heard ${JSON.stringify(client.broadcasts('presence-room.1'))}`,
    );

    test('events reach the channels that a stream began with, and name them', async () => {
        const client = await open(ani, ['private-orders.1', 'news']);
        await broadcast('private-orders.1', 'Shipped', { id: 7 });
        await broadcast('news', 'Flash');
        await heard(client, 'Flash');
        assert.deepEqual(client.broadcasts(), [
            { channel: 'private-orders.1', event: 'Shipped', data: { id: 7 }, socket: null },
            { channel: 'news', event: 'Flash', data: {}, socket: null },
        ]);
    });

    test('what was broadcast while a browser was away comes when it is back, once', async () => {
        const first = await open(ani, ['private-orders.1', 'news']);
        await broadcast('news', 'Before');
        await heard(first, 'Before');
        await first.close();
        await broadcast('private-orders.1', 'Away');
        const second = await open(ani, ['private-orders.1', 'news'], { 'Last-Event-ID': first.lastEventId });
        await heard(second, 'Away');
        await sleep(200);
        assert.deepEqual(second.broadcasts().map((message) => message.event), ['Away']);
    });

    test('toOthers() names the socket that the browser drops', async () => {
        const client = await open(ani, ['news']);
        await fetch(`${app.url}/do/broadcast`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'X-Socket-ID': '12.34' },
            body: JSON.stringify({ channel: 'news', event: 'Mine', others: true }),
        });
        assert.equal((await heard(client, 'Mine')).socket, '12.34');
    });

    test('channels are joined and left while the stream is open', async () => {
        const client = await open(ani, ['news']);
        const change = (body) => ani.post('/broadcasting/sse', { stream: client.stream, ...body });
        assert.deepEqual(await change({ join: ['private-orders.1', 'private-orders.2', 'other'] }),
            { joined: ['private-orders.1', 'other'], refused: { 'private-orders.2': 403 }, reconnect: false });
        const joined = await client.waitForFrame((frame) => frame.event === 'sse:joined');
        assert.deepEqual(JSON.parse(joined.data).channels.sort(), ['other', 'private-orders.1', 'public-other']);

        await broadcast('private-orders.1', 'Joined');
        await broadcast('private-orders.2', 'Forbidden');
        await heard(client, 'Joined');
        await change({ leave: ['private-orders.1'] });
        await waitFor(async () => (await app.stats()).channels <= 4, 3000, 'the channel to be left');
        await broadcast('private-orders.1', 'Left');
        await broadcast('news', 'Stayed');
        await heard(client, 'Stayed');
        assert.deepEqual(client.broadcasts().map((message) => message.event), ['Joined', 'Stayed']);
        assert.equal(client.isComplete(), false, 'one stream all the time');
    });

    test('a stream that is somebody else\'s is not changed', async () => {
        const client = await open(ani, ['news']);
        await budi.post('/broadcasting/sse', { stream: client.stream, join: ['other'], leave: ['news'] });
        await sleep(300);
        await broadcast('other', 'Smuggled');
        await broadcast('news', 'StillHere');
        await heard(client, 'StillHere');
        assert.deepEqual(client.broadcasts().map((message) => message.event), ['StillHere']);
    });

    test('what Laravel\'s own redis driver publishes arrives as what `sse` publishes', async () => {
        const client = await open(ani, ['private-orders.1']);
        const message = { event: 'FromRedis', data: { n: 1 }, socket: null };
        await app.redis.client.publishToSomebody('app:private-orders.1', JSON.stringify(message));
        await heard(client, 'FromRedis');
        assert.deepEqual(client.broadcasts(), [{ channel: 'private-orders.1', ...message }]);
    });

    test('presence: who is here, who comes, and who goes after the last tab', async () => {
        const hers = await open(ani, ['presence-room.1']);
        await waitForMembers(hers, ['Ani']);
        const [one, two] = [await open(budi, ['presence-room.1']), await open(budi, ['presence-room.1'])];
        await waitForMembers(hers, ['Ani', 'Budi']);
        await waitForMembers(two, ['Ani', 'Budi']);
        await one.close();
        await sleep(4500);
        assert.deepEqual(members(hers), ['Ani', 'Budi'], 'one tab is left');
        await two.close();
        await waitForMembers(hers, ['Ani']);
        const his = hers.broadcasts('presence-room.1').filter(({ data }) => data.name === 'Budi');
        assert.deepEqual(his.map(({ event }) => event), ['presence:joining', 'presence:leaving']);
    });

    test('presence: a reload is neither a going nor a coming', async () => {
        const hers = await open(ani, ['presence-room.1']);
        const his = await open(budi, ['presence-room.1']);
        await waitForMembers(hers, ['Ani', 'Budi']);
        const before = hers.broadcasts('presence-room.1').length;
        await his.close();
        await sleep(500);
        const again = await open(budi, ['presence-room.1'], { 'Last-Event-ID': his.lastEventId });
        await waitForMembers(again, ['Ani', 'Budi']);
        await sleep(4500);
        assert.equal(hers.broadcasts('presence-room.1').length, before);
    });

    test('presence: joined and left while the stream is open', async () => {
        const hers = await open(ani, ['presence-room.1']);
        const his = await open(budi, ['news']);
        await budi.post('/broadcasting/sse', { stream: his.stream, join: ['presence-room.1'] });
        await waitForMembers(his, ['Ani', 'Budi']);
        await waitForMembers(hers, ['Ani', 'Budi']);
        await budi.post('/broadcasting/sse', { stream: his.stream, leave: ['presence-room.1'] });
        await waitForMembers(hers, ['Ani']);
    });

    test('presence: a hub that is killed leaves no ghosts', async () => {
        await sleep(3000); // the supervisor counts it as one that could begin
        await open(budi, ['presence-room.1']);
        const hers = await open(ani, ['presence-room.1']);
        await waitForMembers(hers, ['Ani', 'Budi']);
        const { pid } = await app.stats();
        process.kill(pid, 'SIGKILL');
        await waitFor(async () => ((await app.stats().catch(() => null))?.pid ?? pid) !== pid, 15_000, 'another hub');
        await app.hubIsReady(app.work);
        const back = await open(ani, ['presence-room.1'], { 'Last-Event-ID': hers.lastEventId });
        await waitForMembers(back, ['Ani'], 30_000);
    });
});
