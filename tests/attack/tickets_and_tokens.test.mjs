// Tickets that are guessed, used twice or raced for; tokens that are forged in every way that libraries fell for.
// tests/unit/test_jwt.c has the single cases of the parser, tests/fuzz/fuzz_jwt.c what nobody thought of.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import { openRaw } from '../lib/clients.mjs';
import { secret, token } from '../lib/hub.mjs';
import { sleep } from '../lib/wait.mjs';
import { attack, assertOneAnswer, exchange, many, stage, statusOf } from './attacks.mjs';

const request = (target, headers = '') => `GET ${target} HTTP/1.1\r\nHost: hub\r\n${headers}\r\n`;
const encode = (text) => Buffer.from(text).toString('base64url');
const inAnHour = Math.floor(Date.now() / 1000) + 3600;
/** A token of these very texts, signed with the right key: what an application could be made to sign, or a library to accept. */
const signText = (header, payload, key = secret) => {
    const head = `${encode(header)}.${encode(payload)}`;
    return `${head}.${createHmac('sha256', key).update(head).digest('base64url')}`;
};
const HS256 = '{"alg":"HS256"}';
const claims = `{"exp":${inAnHour},"topics":"a"}`;

describe('tickets and tokens under attack', { timeout: 300_000 }, () => {
    const place = stage();
    const ask = (query, headers) => exchange(place.hub, request(`/sse${query}`, headers));

    test('guessing tickets', async () => {
        const count = many(3000, 50_000);
        await attack('guessed tickets', place, { count, counted: { http_refused: count }, logged: /http_refused .*error=unknown_ticket/ }, async () => {
            const keys = await place.redis.client.command('DBSIZE');
            for (let at = 0; at < count; at += 50) {
                await Promise.all(Array.from({ length: 50 }, async () => {
                    assert.equal(statusOf(await ask(`?ticket=${randomBytes(32).toString('base64url')}`)), 403);
                }));
            }
            assert.equal(await place.redis.client.command('DBSIZE'), keys, 'no key was made');
        });
    });

    test('a ticket that many use at the same moment opens one stream; a replayed one none', async () => {
        const [rounds, each] = [many(10, 100), 30];
        await attack('race for a ticket', place, { count: rounds * each, counted: { http_streams: rounds, http_refused: rounds * each } }, async () => {
            const tickets = JSON.parse(await place.hub.php('$p = new SsePublisher(); for ($i = 0; $i < $argv[1]; $i++) { $t[] = $p->ticket(["subscribe" => "raced"], 300); } echo json_encode($t);', rounds));
            place.secrets.push(...tickets);
            for (const ticket of tickets) {
                const answers = await Promise.all(Array.from({ length: each }, () => exchange(place.hub, request(`/sse?ticket=${ticket}`), { ms: 300 })));
                const statuses = answers.map(statusOf);
                assert.equal(statuses.filter((status) => status === 200).length, 1, statuses.join());
                assert.equal(statuses.filter((status) => status === 403).length, each - 1);
                assert.equal(statusOf(await ask(`?ticket=${ticket}`)), 403, 'replayed');
            }
        });
    });

    test('tickets that are names of other keys, patterns, commands, or too long', async () => {
        const other = ['sse:orders', '*', '..', 'x%0D%0AFLUSHALL%0D%0A', '%00', '%0d%0a$3%0d%0aDEL', 'A'.repeat(256), 'A'.repeat(257), 'A'.repeat(8000), '%ff%fe', '%E2%80%A8', '{tag}'];
        await attack('strange tickets', place, { count: other.length, counted: { http_refused: other.length } }, async () => {
            await place.redis.client.command('SET', 'orders', 'mine');
            for (const name of other) {
                assert.equal(assertOneAnswer(await ask(`?ticket=${name}`), name).status, 403, name);
            }
            assert.equal(await place.redis.client.command('GET', 'orders'), 'mine');
        });
    });

    test('a ticket that has expired', async () => {
        const ticket = await place.hub.ticket({ subscribe: 'x' }, 1);
        await sleep(1100);
        assert.equal(statusOf(await ask(`?ticket=${ticket}`)), 403);
    });

    test('forged tokens', async () => {
        const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        const pem = publicKey.export({ type: 'spki', format: 'pem' });
        const rsa = `${encode('{"alg":"RS256"}')}.${encode(claims)}`;
        const good = signText(HS256, claims);
        const [header, payload, signature] = good.split('.');
        const forged = {
            ...Object.fromEntries(['none', 'None', 'NONE', 'nOnE', 'hs256', 'HS256 ', 'HS256\\u0000', 'HS512', 'RS256', ''].flatMap((alg) => [
                [`alg ${alg}, unsigned`, `${encode(`{"alg":"${alg}"}`)}.${payload}.`],
                [`alg ${alg}, signed`, signText(`{"alg":"${alg}"}`, claims)],
            ])),
            'RS256 with a key of its own': `${rsa}.${sign('sha256', Buffer.from(rsa), privateKey).toString('base64url')}`,
            'HS256 with the public key as secret': signText(HS256, claims, pem),
            'HS256 with an empty secret': signText(HS256, claims, ''),
            'no alg': signText('{}', claims),
            'alg in an array': signText('{"alg":["HS256"]}', claims),
            'alg null': signText('{"alg":null}', claims),
            'alg twice': signText('{"alg":"none","alg":"HS256"}', claims),
            'alg twice, the other way': signText('{"alg":"HS256","alg":"none"}', claims),
            crit: signText('{"alg":"HS256","crit":["b64"],"b64":false}', claims),
            'kid of a file, another key': signText('{"alg":"HS256","kid":"../../../../dev/null"}', claims, ''),
            'kid of a query, another key': signText('{"alg":"HS256","kid":"x\' UNION SELECT \'k"}', claims, 'k'),
            'a key in the header': signText('{"alg":"HS256","jwk":{"kty":"oct","k":"aw"}}', claims, 'k'),
            'a key elsewhere': signText('{"alg":"HS256","jku":"http://127.0.0.1:1/","x5u":"http://127.0.0.1:1/"}', claims, 'k'),
            'no signature': `${header}.${payload}.`,
            'no third part': `${header}.${payload}`,
            'a fourth part': `${good}.${signature}`,
            'half a signature': `${header}.${payload}.${signature.slice(0, 22)}`,
            'a padded signature': `${good}=`,
            'another last bit of the signature': good.slice(0, -1) + String.fromCharCode(good.charCodeAt(good.length - 1) ^ 1),
            'a signature of zeros': `${header}.${payload}.${'A'.repeat(43)}`,
            'other claims': `${header}.${encode(claims.replace('"a"', '"b"'))}.${signature}`,
            'base64, not base64url': `${header}.${Buffer.from(`{"exp":${inAnHour},"topics":"\xff\xfe>>>???"}`, 'latin1').toString('base64')}.${signature}`,
            'no header': signText('', claims),
            'an array as header': signText('["HS256"]', claims),
            'five parts, as encrypted ones have': 'e30.e30.e30.e30.e30',
            'dots': '.'.repeat(8000),
            'two dots': '..',
            '8,193 bytes': signText(HS256, `{"exp":${inAnHour},"topics":"${'a'.repeat(6100)}"}`),
        };
        await attack('forged tokens', place, { count: Object.keys(forged).length, counted: { http_refused: Object.keys(forged).length - 1 } }, async () => {
            for (const [what, bad] of Object.entries(forged)) {
                assert.equal(assertOneAnswer(await ask('', `Authorization: Bearer ${bad}\r\n`), what).status, 401, what);
            }
        });
    });

    test('claims that are signed, and of a type, size or depth that nobody meant', async () => {
        const deep = (open, close) => open.repeat(2500) + close.repeat(2500);
        const refused = {
            'exp as text': `{"exp":"${inAnHour}","topics":"a"}`,
            'exp null': '{"exp":null,"topics":"a"}',
            'exp true': '{"exp":true,"topics":"a"}',
            'exp in an array': `{"exp":[${inAnHour}],"topics":"a"}`,
            'exp 0': '{"exp":0,"topics":"a"}',
            'exp negative': '{"exp":-9223372036854775808,"topics":"a"}',
            'exp NaN': '{"exp":NaN,"topics":"a"}',
            'exp Infinity': '{"exp":Infinity,"topics":"a"}',
            'exp in hex': '{"exp":0x7fffffff,"topics":"a"}',
            'exp past, then future': `{"exp":${inAnHour},"exp":1,"topics":"a"}`,
            'nbf as text': `{"exp":${inAnHour},"nbf":"0","topics":"a"}`,
            'nbf in the future': `{"exp":${inAnHour},"nbf":${inAnHour - 10},"topics":"a"}`,
            'nbf as large as can be': `{"exp":${inAnHour},"nbf":1e308,"topics":"a"}`,
            'arrays, deep': `{"exp":${inAnHour},"x":${deep('[', ']')},"topics":"a"}`.slice(0, 5900),
            'not closed': `{"exp":${inAnHour},"topics":"a"`,
            'something behind it': `${claims}{}`,
            'no object': '"a"',
            'a token in the token': token({ topics: 'a' }),
            'claims in the claims': `{"exp":${inAnHour},"topics":{"topics":"a"}}`,
            'a topic that is a number': `{"exp":${inAnHour},"topics":[1]}`,
            'an empty topic': `{"exp":${inAnHour},"topics":[""]}`,
            'a topic of 1,025 bytes': `{"exp":${inAnHour},"topics":"${'x'.repeat(1025)}"}`,
            '1,025 topics': `{"exp":${inAnHour},"topics":[${Array.from({ length: 1025 }, () => '"a"').join()}]}`,
            'a user of 257 bytes': `{"exp":${inAnHour},"sub":"${'u'.repeat(257)}","topics":"a"}`,
            'an array as user': `{"exp":${inAnHour},"sub":["u"],"topics":"a"}`,
            'broken UTF-16': `{"exp":${inAnHour},"topics":"\\ud800"}`,
        };
        await attack('strange claims', place, { count: Object.keys(refused).length, grows: 6 }, async () => {
            for (const [what, payload] of Object.entries(refused)) {
                const { status } = assertOneAnswer(await exchange(place.hub, request('/sse', `Authorization: Bearer ${signText(HS256, payload)}\r\n`), { ms: 1000 }), what);
                // A lone surrogate may become a replacement character: a name like any other.
                assert.ok(what === 'broken UTF-16' ? status === 401 || status === 200 : status === 401, `${what}: ${status}`);
            }
        });
    });

    test('huge times are accepted and end no stream, and begin none that never was', async () => {
        for (const exp of ['9223372036854775807', '1e18', '4102444800.9']) {
            const client = await openRaw(`${place.hub.base}/sse?token=${signText(HS256, `{"exp":${exp},"topics":"a"}`)}`);
            assert.equal(client.status, 200, exp);
            await client.waitForFrame((frame) => frame.id !== null);
            await client.close();
        }
    });

    test('a token in more than one place: the first counts, the others are no second chance', async () => {
        const [good, bad] = [token({ topics: 'a' }), token({ topics: 'a' }, { key: 'k'.repeat(32) })];
        const tries = [
            [`?token=${bad}`, `Authorization: Bearer ${good}\r\nCookie: sse_token=${good}\r\n`, 401],
            [`?ticket=none&token=${good}`, `Authorization: Bearer ${good}\r\n`, 403],
            ['', `Authorization: Bearer ${bad}\r\nCookie: sse_token=${good}\r\n`, 401],
            ['', `Cookie: sse_token=${bad}; sse_token=${good}\r\n`, 401],
            ['', `Authorization: Bearer ${bad}\r\nAuthorization: Bearer ${good}\r\n`, 401],
            [`?token=${bad}&token=${good}`, '', 401],
            ['', `Authorization: Basic ${good}\r\n`, 400],
            ['', `Authorization: Bearer${good}\r\n`, 400],
            ['', `Proxy-Authorization: Bearer ${good}\r\n`, 400],
            [`#token=${good}`, '', 400],
        ];
        await attack('tokens in several places', place, { count: tries.length, counted: { http_refused: tries.length } }, async () => {
            for (const [query, headers, status] of tries) {
                assert.equal(assertOneAnswer(await ask(query, headers), query + headers).status, status, query + headers);
            }
        });
    });
});
