// Waiting with an end: nothing in these suites waits for ever.

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls until condition() is truthy and returns that value; after ms it throws, naming what it waited for. */
export async function waitFor(condition, ms, what) {
    const deadline = performance.now() + ms;
    for (;;) {
        const value = await condition();
        if (value) {
            return value;
        }
        if (performance.now() > deadline) {
            throw new Error(`waited ${ms} ms in vain for ${typeof what === 'function' ? what() : what}`);
        }
        await sleep(10);
    }
}
