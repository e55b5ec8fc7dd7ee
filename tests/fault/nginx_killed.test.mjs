// nginx is killed, master and workers, with streams that the hub writes to it; and comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startNginx } from '../lib/nginx.mjs';
import { sapiDocroot as root } from '../lib/paths.mjs';
import { sleep } from '../lib/wait.mjs';
import { account, groupsBy, later, stageFpm, underWay } from './faults.mjs';

test('nginx_killed: kill -9 of nginx, twice, back after 0.3 and 2 s', { timeout: 120_000 }, async (t) => {
    const { redis, hub, stack } = await stageFpm(t);
    const settings = { root, fpmSocket: stack.env.FPM_SOCKET };
    let nginx = await startNginx(settings);
    later(t, () => nginx.stop());
    const { readers, publisher } = await underWay(hub, { groups: groupsBy(nginx.url, { each: 60 }) });
    for (const away of [300, 2000]) {
        await sleep(1000);
        await nginx.kill();
        // What nobody reads any more is not kept.
        await hub.waitForMetric('clients', 0, 3000);
        await sleep(away);
        nginx = await startNginx({ ...settings, port: nginx.port });
        await readers.allOpen();
    }
    await sleep(1000);
    const { report } = await account('nginx_killed', { readers, publisher, redis });
    assert.ok(report.reconnects >= 2 * readers.count);
    await readers.close();
});
