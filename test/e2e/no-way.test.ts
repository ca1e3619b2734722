import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer } from '../kit/server.ts';
import { freeUdpPort, hasTurnServer, TURN_SECRET, TurnServer } from '../kit/turn.ts';
import { until } from '../kit/waiting.ts';

const RELAYED = {
  rtcConfiguration: { iceTransportPolicy: 'relay' },
  connectTimeoutMs: 2_000,
} as const;

describeInBrowser('two between whom there is no way', () => {
  let built: BuiltPage;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildSdkPage();
    browser = await launchBrowser('granted');
  });

  afterAll(async () => {
    await browser?.close();
    await built?.remove();
  });

  type Told = { state: string; failure: string | null } | null;

  /** What one is told of the first of the others. */
  const viewOf = (one: SdkPage): Promise<Told> =>
    one.page.evaluate(() => {
      const [other] = window.tester.call.snapshot.participants;
      return other === undefined ? null : { state: other.peerState, failure: other.peerFailure };
    });

  /** Waits until one is told that the other cannot be reached, and why. */
  async function failureOf(one: SdkPage): Promise<string | null | undefined> {
    await until(async () => (await viewOf(one))?.state === 'failed', 'the failure');
    return (await viewOf(one))?.failure;
  }

  /** Two in a call whose media may go through a relay alone. */
  async function between(
    env: Record<string, string>,
    look: (ann: SdkPage, bob: SdkPage) => Promise<void>,
  ): Promise<void> {
    const server = await startServer({ overrides: { pagesFolder: built.folder }, env });
    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const bob = await SdkPage.open(browser, server.url, 'Bob');
    try {
      const roomId = await ann.createRoom();
      await ann.join(roomId, RELAYED);
      await bob.join(roomId, RELAYED);
      await look(ann, bob);
      for (const one of [ann, bob]) expect(await one.faults()).toEqual([]);
    } finally {
      await Promise.all([ann.close(), bob.close()]);
      await server.close();
    }
  }

  /** What each of the two is told. */
  async function told(env: Record<string, string>): Promise<(string | null | undefined)[]> {
    const failures: (string | null | undefined)[] = [];
    await between(env, async (ann, bob) => {
      for (const one of [ann, bob]) failures.push(await failureOf(one));
    });
    return failures;
  }

  it('are told that there is no relay', async () => {
    expect(await told({})).toEqual(['NO_RELAY', 'NO_RELAY']);
  });

  it('are told that nobody is there where the relay should be', async () => {
    const turn = { TURN_URLS: 'turn:127.0.0.1:9', TURN_SECRET: 'whatever it may be, it is long' };
    expect(await told(turn)).toEqual(['RELAY_UNREACHABLE', 'RELAY_UNREACHABLE']);
  });

  it('are told that the relay refuses the credentials', async (context) => {
    if (!hasTurnServer()) return context.skip();
    const turn = await TurnServer.start();
    try {
      const wrong = { TURN_URLS: turn.url, TURN_SECRET: `not ${turn.secret}` };
      expect(await told(wrong)).toEqual(['RELAY_REFUSED', 'RELAY_REFUSED']);
    } finally {
      await turn.close();
    }
  });

  it('are told that the relay lets nothing through', async (context) => {
    if (!hasTurnServer()) return context.skip();
    const turn = await TurnServer.start({ blocks: true });
    try {
      const blocking = { TURN_URLS: turn.url, TURN_SECRET: turn.secret };
      expect(await told(blocking)).toEqual(['BLOCKED', 'BLOCKED']);
    } finally {
      await turn.close();
    }
  });

  it('are connected as soon as there is a way', async (context) => {
    if (!hasTurnServer()) return context.skip();
    const port = await freeUdpPort();
    let turn: TurnServer | null = null;
    // The secret of every TURN server of the tests.
    const env = { TURN_URLS: `turn:127.0.0.1:${port}`, TURN_SECRET: TURN_SECRET };
    try {
      await between(env, async (ann, bob) => {
        expect(await failureOf(ann)).toBe('RELAY_UNREACHABLE');
        expect(await failureOf(bob)).toBe('RELAY_UNREACHABLE');
        turn = await TurnServer.start({ port });
        await Promise.all([ann.receives(bob), bob.receives(ann)]);
        expect(await viewOf(ann)).toEqual({ state: 'connected', failure: null });
      });
    } finally {
      await (turn as TurnServer | null)?.close();
    }
  });

  it('are told that the other has not answered', async () => {
    const server = await startServer({ overrides: { pagesFolder: built.folder } });
    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const bob = await SdkPage.open(browser, server.url, 'Bob');
    try {
      const roomId = await ann.createRoom();
      // In the room, and in no call.
      await bob.page.evaluate((id) => {
        window.tester.openLink(id, 'the key of this page');
      }, roomId);
      await bob.page.waitForFunction(
        async (id) => (await window.tester.client.room(id))?.participants.length === 1,
        roomId,
      );
      await ann.join(roomId, { connectTimeoutMs: 2_000 });
      expect(await failureOf(ann)).toBe('NO_ANSWER');
    } finally {
      await Promise.all([ann.close(), bob.close()]);
      await server.close();
    }
  });
});
