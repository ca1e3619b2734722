import { expect, it, vi } from 'vitest';
import { type ClientOptions, createClient, type JoinOptions } from '../../src/client/index.ts';

const ROOM = '0123456789abcdef';
const URL_OF_NOBODY = 'http://localhost:9/graphql';

/** As a page without types may call it. */
const untyped = (value: unknown) => value as never;

const NO_WAITS = [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5', null];

const badClients: [string, ClientOptions][] = [
  ...NO_WAITS.map((timeoutMs) => ['timeoutMs', untyped({ timeoutMs })] as [string, ClientOptions]),
  ['auth', untyped({ auth: 'basic' })],
  ['backoff', { backoff: { baseMs: Number.NaN } }],
  ['backoff', { backoff: { capMs: -1 } }],
  ['backoff', { backoff: { capMs: Number.POSITIVE_INFINITY } }],
  ['backoff', untyped({ backoff: { random: 1 } })],
  ['backoff', untyped({ backoff: 5 })],
  ['fetch', untyped({ fetch: 'fetch' })],
  ['webSocket', untyped({ webSocket: {} })],
  ['webSocket', { webSocket: () => {} }],
  ['token', untyped({ token: 5 })],
  ['token', untyped({ token: { token: 'x' } })],
  ['token', { token: '' }],
  ['url', { url: 'https://example.com/graphql#here' }],
  ['url', { url: 'https://example.com/graphql#' }],
  ['url', { url: 'wss://example.com/graphql' }],
  ['url', { url: 'https://ann:secret@example.com/graphql' }],
  ['url', { url: 'http://' }],
];

it.each(badClients)('refuses a client with a bad %s, by its name: %o', (path, options) => {
  const make = () => createClient({ url: URL_OF_NOBODY, ...options });
  expect(make).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  expect(make).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path })] }));
});

it.each([[null], [5], ['https://api.example.com/graphql']])(
  'refuses %j in place of the options',
  async (options) => {
    const refusal = { code: 'INVALID_INPUT', message: 'options has to be an object.' };
    expect(() => createClient(untyped(options))).toThrow(expect.objectContaining(refusal));
    const client = createClient({ url: URL_OF_NOBODY });
    await expect(client.joinRoom(ROOM, untyped(options))).rejects.toMatchObject(refusal);
  },
);

it('makes a client of a path while a server renders its page, which reaches nobody', async () => {
  const fetch = vi.fn(() => Promise.reject(new TypeError('fetch failed')));
  const client = createClient({ url: '/calls/graphql', fetch });
  await expect(client.me()).rejects.toMatchObject({ code: 'NETWORK' });
  expect(fetch).toHaveBeenCalledWith('http://no-page.invalid/calls/graphql', expect.anything());
});

const badJoins: [string, JoinOptions][] = [
  ...NO_WAITS.map((timeoutMs) => ['timeoutMs', untyped({ timeoutMs })] as [string, JoinOptions]),
  ...NO_WAITS.filter((value) => value !== 0).map(
    (value) =>
      ['statisticsIntervalMs', untyped({ statisticsIntervalMs: value })] as [string, JoinOptions],
  ),
  ['uplinkBitrate', { uplinkBitrate: 0 }],
  ['uplinkBitrate', { uplinkBitrate: -1 }],
  ['uplinkBitrate', { uplinkBitrate: Number.NaN }],
  ['signal', untyped({ signal: {} })],
  ['signal', untyped({ signal: new AbortController() })],
  ['stream', untyped({ stream: {} })],
  ['onWaiting', untyped({ onWaiting: true })],
  ['takeOver', untyped({ takeOver: 'yes' })],
  ['cameraConstraints', untyped({ cameraConstraints: true })],
  ['microphoneConstraints', untyped({ microphoneConstraints: true })],
  ['rtcConfiguration', untyped({ rtcConfiguration: 'relay' })],
];

it.each(badJoins)(
  'refuses a join with a bad %s before anything happens: %o',
  async (path, given) => {
    const webSocket = Object.assign(vi.fn(), { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });
    const client = createClient({ url: URL_OF_NOBODY, webSocket });
    await expect(client.joinRoom(ROOM, given)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path }],
    });
    expect(webSocket).not.toHaveBeenCalled();
  },
);

it.each([[''], ['a'.repeat(65)], [untyped(null)], [untyped(7)]])(
  'refuses the room id %j, for a call and for signaling alone',
  async (roomId) => {
    const client = createClient({ url: URL_OF_NOBODY });
    const refusal = { code: 'INVALID_INPUT', issues: [{ path: 'roomId' }] };
    await expect(client.joinRoom(roomId)).rejects.toMatchObject(refusal);
    expect(() => client.openRoom(roomId)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  },
);

it('names all that is wrong at once', async () => {
  const client = createClient({ url: URL_OF_NOBODY });
  await expect(client.joinRoom('', { timeoutMs: 0, uplinkBitrate: 0 })).rejects.toMatchObject({
    issues: [{ path: 'roomId' }, { path: 'timeoutMs' }, { path: 'uplinkBitrate' }],
  });
});

it('takes what is at the limits', () => {
  const backoff = { baseMs: 0, capMs: 2 ** 31 - 1 };
  createClient({ url: URL_OF_NOBODY, timeoutMs: 1, backoff });
  createClient({ url: new URL(URL_OF_NOBODY), timeoutMs: 2 ** 31 - 1, auth: 'bearer' });
});

it('says that an environment without WebRTC makes no calls', async () => {
  const client = createClient({ url: URL_OF_NOBODY });
  await expect(client.joinRoom(ROOM)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});
