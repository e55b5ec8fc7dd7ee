import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Backoff } from '../src/backoff.js';
import { RecentKeys } from '../src/recent.js';
import { Watchdog } from '../src/watchdog.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(limit: number) {
    const onSilence = vi.fn();
    const watchdog = new Watchdog(limit, onSilence);
    watchdog.start();
    return { watchdog, onSilence };
}

test('the watchdog calls once after its limit', () => {
    const { watchdog, onSilence } = start(70_000);
    vi.advanceTimersByTime(60_000);
    watchdog.heard();
    vi.advanceTimersByTime(65_000);
    expect(onSilence).not.toHaveBeenCalled();
    vi.advanceTimersByTime(300_000);
    expect(onSilence).toHaveBeenCalledTimes(1);
});

test('the watchdog bears 2.5 times a silence that ended', () => {
    const { watchdog, onSilence } = start(70_000);
    vi.advanceTimersByTime(60_000);
    watchdog.heard();
    expect(watchdog.limit).toBe(150_000);
    vi.advanceTimersByTime(145_000);
    expect(onSilence).not.toHaveBeenCalled();
});

test('the watchdog notices that the machine slept, even if something waited in a buffer', () => {
    const { watchdog, onSilence } = start(70_000);
    vi.advanceTimersByTime(10_000);
    vi.setSystemTime(Date.now() + 3_600_000);
    watchdog.heard();
    expect(watchdog.limit).toBe(70_000);
    vi.advanceTimersByTime(5_000);
    expect(onSilence).toHaveBeenCalledTimes(1);
});

test('the watchdog of limit 0 is off', () => {
    const { watchdog, onSilence } = start(0);
    vi.advanceTimersByTime(10 ** 7);
    expect(onSilence).not.toHaveBeenCalled();
    expect(watchdog.silence).toBe(0);
});

test('the back-off doubles to its limit, jittered, and begins anew after a success', () => {
    const low = new Backoff(1_000, 5_000, () => 0);
    const high = new Backoff(1_000, 5_000, () => 1);
    const delays = [low, high].map((backoff) =>
        Array.from({ length: 6 }, () => {
            const delay = backoff.delay();
            backoff.failed();
            return delay;
        }),
    );
    expect(delays).toEqual([
        [1_000, 500, 1_000, 2_000, 2_500, 2_500],
        [1_250, 1_000, 2_000, 4_000, 5_000, 5_000],
    ]);
    low.succeeded();
    expect(low.delay()).toBe(1_000);
});

test('the back-off respects a server that asks for more than the limit, and is no busy loop', () => {
    const backoff = new Backoff(20_000, 5_000, () => 1);
    backoff.failed();
    backoff.failed();
    expect(backoff.delay()).toBe(20_000);
    backoff.base = 0;
    expect(backoff.delay()).toBe(200);
});

test('after a wake some attempts that find no network come soon, those that a server refuses do not', () => {
    const backoff = new Backoff(60_000, 60_000, () => 1);
    backoff.failed();
    expect(backoff.delay(true)).toBe(60_000);
    backoff.woken();
    expect(backoff.delay()).toBe(60_000);
    expect(Array.from({ length: 5 }, () => backoff.delay(true))).toEqual([500, 1_000, 2_000, 4_000, 60_000]);
    backoff.base = 0;
    backoff.woken();
    expect(backoff.delay(true)).toBe(100);
});

test('recent keys are forgotten in the order in which they came last', () => {
    const recent = new RecentKeys(2);
    expect([recent.add('a'), recent.add('b'), recent.add('a'), recent.add('c'), recent.add('a'), recent.add('b')]).toEqual([
        true,
        true,
        false,
        true,
        false,
        true,
    ]);
});
