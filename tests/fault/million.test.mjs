// A million events through one topic, to readers of whom some come and go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../lib/wait.mjs';
import { account, Publisher, Readers, stage } from './faults.mjs';

const EVENTS = Number(process.env.FAULT_EVENTS ?? 1_000_000);
const READERS = 40;

test(`million: ${EVENTS} events of one topic to ${READERS} readers that come and go`, { timeout: 900_000 }, async (t) => {
    const { redis, hub } = await stage(t);
    const sources = [['topic', 'a']];
    const readers = await new Readers(sources, [{ count: READERS, url: hub.url({ topics: ['a'] }), of: [0] }]).open();
    const publisher = new Publisher(hub.options.redis, sources, { rate: 0, count: EVENTS });
    let done = false;
    const began = performance.now();
    publisher.done.then(() => {
        done = performance.now();
    });
    while (!done) {
        await sleep(1000);
        await readers.drop(2);
    }
    const seconds = (done - began) / 1000;
    const { logs } = await account('million', {
        readers,
        publisher,
        redis,
        extra: { remark: `${Math.round(EVENTS / seconds)} events/s published, ${Math.round((EVENTS * READERS) / seconds)} deliveries/s` },
    });
    assert.equal(logs[0].length, EVENTS);
    await readers.close();
});
