import { describe, expect, test } from 'vitest';
import { Members } from '../src/members.js';
import type { Broadcast } from '../src/messages.js';
import { Replay } from '../src/replay.js';

describe('members', () => {
    test('are told apart by their id, or by all that they are', () => {
        const members = new Members('id');
        expect(members.list).toBeNull();
        members.set([{ id: 1, name: 'Ani' }, { id: 1, name: 'Ani S.' }, { id: '2' }, 'x', { a: 1, b: 2 }]);
        expect(members.list).toEqual([{ id: 1, name: 'Ani S.' }, { id: '2' }, 'x', { a: 1, b: 2 }]);
        expect(members.join({ b: 2, a: 1 })).toBe(false);
        expect(members.leave({ id: 1 })).toBe(true);
        expect(members.leave({ id: 1 })).toBe(false);
        expect(new Members('key').set([{ key: 1, id: 1 }, { key: 2, id: 1 }]).joined).toHaveLength(2);
    });

    test('that join before the list came will be in it', () => {
        const members = new Members('id');
        expect([members.join({ id: 1 }), members.leave({ id: 2 })]).toEqual([false, false]);
        expect(members.list).toBeNull();
    });

    test('a second list is told as its difference', () => {
        const members = new Members('id');
        members.set([{ id: 1 }, { id: 2 }]);
        expect(members.set([{ id: 2 }, { id: 3 }])).toEqual({ joined: [{ id: 3 }], left: [{ id: 1 }] });
    });
});

describe('the replay', () => {
    const broadcast = (event: string): Broadcast => ({ channel: 'a', event, data: null, socket: null });
    const events = (list: Broadcast[] | null) => list?.map(({ event }) => event) ?? null;

    test('knows what came after a position, also after one without an event', () => {
        const replay = new Replay();
        replay.begin('5');
        replay.add('6', null);
        replay.add('6', broadcast('six'));
        replay.add('6', broadcast('plain'));
        replay.add('7', null);
        replay.add('8', broadcast('eight'));
        expect(events(replay.since('5'))).toEqual(['six', 'plain', 'eight']);
        expect(events(replay.since('6'))).toEqual(['eight']);
        expect(events(replay.since('7'))).toEqual(['eight']);
        expect(events(replay.since('8'))).toEqual([]);
        expect(replay.since('4')).toBeNull();
    });

    test('is bounded, and knows where it begins', () => {
        const replay = new Replay(3);
        for (let id = 1; id <= 6; id++) {
            replay.add(String(id), broadcast(`e${id}`));
        }
        expect(replay.since('2')).toBeNull();
        expect(events(replay.since('3'))).toEqual(['e4', 'e5', 'e6']);
    });
});
