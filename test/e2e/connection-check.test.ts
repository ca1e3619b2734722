import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ConnectionReport } from '../../src/client/index.ts';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { freePort } from '../kit/free-port.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { hasTurnServer, TurnServer } from '../kit/turn.ts';

describeInBrowser('a check of the connection', () => {
  let built: BuiltPage;
  let browser: Browser;
  let turn: TurnServer | null = null;
  let servers: TestServer[] = [];

  beforeAll(async () => {
    built = await buildSdkPage();
    // Nobody has signed the certificate of the test's TURN server.
    browser = await launchBrowser('granted', { args: ['--ignore-certificate-errors'] });
    if (!hasTurnServer()) return;
    turn = await TurnServer.start({ tls: true });
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all(servers.map((server) => server.close()));
    servers = [];
    await turn?.close();
    await built?.remove();
  });

  async function serve(env: Record<string, string>): Promise<TestServer> {
    const server = await startServer({ overrides: { pagesFolder: built.folder }, env });
    servers.push(server);
    return server;
  }

  /** What was found, by what was checked and how. */
  function found({ checks }: ConnectionReport): Record<string, string> {
    return Object.fromEntries(
      checks.map(({ check, transport, code }) => [
        transport === null ? check : `${check} ${transport}`,
        code,
      ]),
    );
  }

  it('finds that all works, with each TURN server by UDP, TCP and TLS', async (context) => {
    if (turn === null) return context.skip();
    const server = await serve({
      STUN_URLS: turn.url.replace('turn:', 'stun:'),
      TURN_URLS: `${turn.url},${turn.url}?transport=tcp,turns:127.0.0.1:${turn.tlsPort}`,
      TURN_SECRET: turn.secret,
    });
    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const { report, told, rooms } = await ann.page.evaluate(async () => {
      const { client, captures } = window.tester;
      const told: string[] = [];
      const report = await client.checkConnection({ onCheck: ({ code }) => told.push(code) });
      const { rooms } = await client.rooms();
      return { report, told, rooms: [...rooms, ...captures.live()] };
    });
    expect(found(report)).toEqual({
      microphone: 'OK',
      camera: 'OK',
      websocket: 'OK',
      roundTrip: 'OK',
      // On one machine the address that the server sees may be the own one.
      stun: expect.stringMatching(/^(OK|STUN_UNKNOWN)$/),
      'turn udp': 'OK',
      'turn tcp': 'OK',
      'turn tls': 'OK',
    });
    expect(report.ok).toBe(true);
    expect(told).toHaveLength(report.checks.length);
    for (const { outcome, ms, message } of report.checks) {
      expect(message).not.toBe('');
      if (outcome === 'ok') expect(ms).toBeGreaterThanOrEqual(0);
    }
    // The room of the check is closed, the devices are released.
    expect(rooms).toEqual([]);

    // In a call, with its room.
    const roomId = await ann.createRoom();
    await ann.join(roomId);
    const inCall = await ann.page.evaluate(
      (id) =>
        window.tester.client.checkConnection({
          roomId: id,
          devices: { audio: false, video: false },
        }),
      roomId,
    );
    expect(found(inCall)).toMatchObject({
      microphone: 'NOT_ASKED',
      camera: 'NOT_ASKED',
      'turn udp': 'OK',
    });
    await ann.close();
  });

  it('says which TURN server refuses, which does not answer, and which there is not', async (context) => {
    if (turn === null) return context.skip();
    const server = await serve({
      TURN_URLS: `${turn.url},turn:127.0.0.1:${await freePort()}?transport=tcp`,
      TURN_SECRET: 'another secret than that of the TURN server',
    });
    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const report = await ann.page.evaluate(() =>
      window.tester.client.checkConnection({ devices: { audio: false, video: false } }),
    );
    expect(found(report)).toMatchObject({
      'turn udp': 'TURN_REFUSED',
      'turn tcp': 'TURN_UNREACHABLE',
      'turn tls': 'TURN_NOT_OFFERED',
    });
    expect(report.ok).toBe(false);
    await ann.close();
  });

  it('says what is missing: a sign-in, a TURN server, permission, time', async () => {
    const server = await serve({});
    const nobody = await SdkPage.open(browser, server.url, null);
    const signedOut = await nobody.page.evaluate(() => {
      window.tester.captures.failNext('NotAllowedError', 'NotFoundError');
      return window.tester.client.checkConnection();
    });
    expect(found(signedOut)).toEqual({
      microphone: 'DEVICE_DENIED',
      camera: 'DEVICE_MISSING',
      websocket: 'NOT_SIGNED_IN',
      roundTrip: 'NOT_CHECKED',
      stun: 'NOT_CHECKED',
      'turn udp': 'NOT_CHECKED',
      'turn tcp': 'NOT_CHECKED',
      'turn tls': 'NOT_CHECKED',
    });
    await nobody.close();

    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const outcome = await ann.page.evaluate(async () => {
      const { client, failure, captures } = window.tester;
      const without = { devices: { audio: false, video: false } };
      const stop = new AbortController();
      captures.hold();
      const stopped = failure(client.checkConnection({ signal: stop.signal }));
      stop.abort();
      const refused = await failure(client.checkConnection({ timeoutMs: 0 }));
      const codes = [await stopped, refused];
      await captures.release();
      return { codes, report: await client.checkConnection(without) };
    });
    expect(outcome.codes).toEqual(['AbortError', 'INVALID_INPUT']);
    expect(found(outcome.report)).toMatchObject({
      websocket: 'OK',
      'turn udp': 'NO_TURN',
      'turn tls': 'NO_TURN',
    });
    const roomId = await ann.page.evaluate(
      async () => (await window.tester.client.createRoom({ allowGuests: true })).id,
    );
    await ann.close();

    // A guest makes no rooms, and is in none yet.
    const guest = await SdkPage.open(browser, server.url, null);
    const ofGuest = await guest.page.evaluate(async (roomId) => {
      const { client } = window.tester;
      await client.enterAsGuest({ roomId, name: 'Gil' });
      return client.checkConnection({ devices: { audio: false, video: false } });
    }, roomId);
    expect(found(ofGuest)).toMatchObject({ websocket: 'OK', 'turn udp': 'TURN_NEEDS_ROOM' });
    await guest.close();

    // A server that is gone.
    const bob = await SdkPage.open(browser, server.url, 'Bob');
    const cem = await SdkPage.open(browser, server.url, 'Cem');
    const check = () =>
      window.tester.client.checkConnection({ devices: { audio: false, video: false } });
    await bob.page.evaluate(check);
    await server.stop();
    const gone = await bob.page.evaluate(check);
    // The check is a part of the SDK that is loaded when it is used; here the page's server is the same.
    const unloaded = await cem.page.evaluate(() => {
      const { client, failure } = window.tester;
      return failure(client.checkConnection());
    });
    expect(unloaded).toBe('NETWORK');
    await cem.close();
    expect(found(gone)).toMatchObject({ websocket: 'SERVER_UNREACHABLE' });
    await bob.close();
  });
});
