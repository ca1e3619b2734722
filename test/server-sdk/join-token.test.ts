import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { createJoinToken, type JoinTokenOptions } from '../../src/server-sdk/index.ts';

const SECRET = 'a secret of at least thirty-two bytes';
const ANN: JoinTokenOptions = {
  apiKey: 'shop',
  apiSecret: SECRET,
  subject: 'user-1',
  name: 'Ann',
  ttlSeconds: 600,
};

async function claimsOf(token: string) {
  const key = new TextEncoder().encode(SECRET);
  const { payload, protectedHeader } = await jwtVerify(token, key, { algorithms: ['HS256'] });
  return { payload, protectedHeader };
}

test('a token says who it is, for whom, and for how long', async () => {
  const before = Math.floor(Date.now() / 1000);
  const { payload, protectedHeader } = await claimsOf(await createJoinToken(ANN));
  expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
  const { iat = 0, exp, ...rest } = payload;
  expect(rest).toEqual({ iss: 'shop', sub: 'user-1', aud: 'peerql', name: 'Ann' });
  expect(iat).toBeGreaterThanOrEqual(before);
  expect(iat).toBeLessThanOrEqual(Date.now() / 1000);
  expect(exp).toBe(iat + 600);
});

test('it may be for one room and for one role', async () => {
  const { payload } = await claimsOf(await createJoinToken({ ...ANN, room: 'abc', role: 'host' }));
  expect(payload).toMatchObject({ room: 'abc', role: 'host' });
});

describe('what no server would take is refused at once', () => {
  test.each<[string, Partial<JoinTokenOptions>]>([
    ['apiKey', { apiKey: '' }],
    ['apiSecret', { apiSecret: 'x'.repeat(31) }],
    ['subject', { subject: '' }],
    ['name', { name: undefined as unknown as string }],
    ['room', { room: '' }],
    ['role', { role: 'host' }],
    ['ttlSeconds', { ttlSeconds: 0 }],
    ['ttlSeconds', { ttlSeconds: 86_401 }],
    ['ttlSeconds', { ttlSeconds: 1.5 }],
    ['ttlSeconds', { ttlSeconds: Number.NaN }],
  ])('%s %j', async (name, change) => {
    const made = createJoinToken({ ...ANN, ...change });
    await expect(made).rejects.toThrow(RangeError);
    await expect(made).rejects.toThrow(name);
  });

  test('and what is just within the bounds is not', async () => {
    for (const change of [
      { apiSecret: 'x'.repeat(32) },
      { ttlSeconds: 1 },
      { ttlSeconds: 86_400 },
    ]) {
      await expect(createJoinToken({ ...ANN, ...change })).resolves.toMatch(/^ey/);
    }
  });
});

test.each([
  ['a browser', ['browser', 'import']],
  ['an edge runtime', ['workerd', 'worker', 'edge-light', 'import']],
])('bundled for %s it runs without anything of Node', async (_, conditions) => {
  const bundle = await build({
    entryPoints: ['src/server-sdk/index.ts'],
    bundle: true,
    write: false,
    // Fails on an import of Node that is not in the bundle.
    platform: 'browser',
    conditions,
    format: 'iife',
    globalName: 'sdk',
    logLevel: 'silent',
  });
  const code = bundle.outputFiles[0]?.text ?? '';
  expect(code).not.toMatch(/["']node:|\brequire\(/);
  const run = (text: string) => runInContext(`${code}\n${text}`, createContext(webGlobals()));
  expect(run('typeof process + typeof Buffer + typeof require')).toBe('undefined'.repeat(3));
  const { payload } = await claimsOf(await run(`sdk.createJoinToken(${JSON.stringify(ANN)})`));
  expect(payload).toMatchObject({ iss: 'shop', sub: 'user-1', name: 'Ann' });
  const options = JSON.stringify({ url: 'https://calls.example.com/graphql', adminToken: 't' });
  expect(await run(`sdk.createAdminClient(${options}).room('abc')`)).toBeNull();
});

/** What the standards of the web give, and nothing else. */
function webGlobals() {
  const answer = async () => Response.json({ data: { admin: { room: null } } });
  return {
    structuredClone,
    crypto,
    TextEncoder,
    TextDecoder,
    URL,
    AbortSignal,
    Uint8Array,
    fetch: answer,
    btoa,
    atob,
  };
}
