import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

declare global {
  interface Window {
    /** The events whose listener has thrown. */
    thrown?: string[];
  }
}

describeInBrowser('the SDK at odd moments', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  let opened: SdkPage[] = [];

  beforeAll(async () => {
    built = await buildSdkPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted');
  });

  afterEach(async () => {
    const pages = opened;
    opened = [];
    await Promise.all(pages.map((one) => one.close()));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  async function come(name: string): Promise<SdkPage> {
    const one = await SdkPage.open(browser, server.url, name);
    opened.push(one);
    return one;
  }

  it('refuses what the browser would, before the join, and leaves where anything throws after it', async () => {
    const [ann, bob] = [await come('Ann'), await come('Bob')];
    const roomId = await ann.createRoom();
    await ann.joinWithout(roomId);
    const refusals = await bob.page.evaluate(async (id) => {
      const { client } = window.tester;
      const odd: unknown[] = [
        { bundlePolicy: 'none' },
        { iceTransportPolicy: 'direct' },
        { rtcpMuxPolicy: 1 },
        { iceCandidatePoolSize: -1 },
        { iceServers: [{ urls: 'https://example.com' }] },
        { certificates: [{}] },
        null,
        'relay',
      ];
      const joins = odd.map((rtcConfiguration) =>
        client.joinRoom(id, { rtcConfiguration: rtcConfiguration as never }).then(
          () => null,
          ({ code, issues }) => `${code}: ${issues?.map(({ path }: { path: string }) => path)}`,
        ),
      );
      return await Promise.all(joins);
    }, roomId);
    expect(refusals).toEqual(Array(8).fill('INVALID_INPUT: rtcConfiguration'));
    expect(await ann.page.evaluate(() => window.tester.call.snapshot.participants)).toEqual([]);

    const left = ann.page.evaluate(
      () =>
        new Promise<string>((resolve) =>
          window.tester.call.on('participantLeft', ({ reason }) => resolve(reason)),
        ),
    );
    const { message, live } = await bob.page.evaluate(async (id) => {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      window.RTCPeerConnection = class extends RTCPeerConnection {
        constructor() {
          super();
          throw new Error('Cannot create so many PeerConnections');
        }
      };
      const message = await window.tester.client.joinRoom(id, { stream }).then(
        () => null,
        (error: Error) => error.message,
      );
      return { message, live: stream.getTracks().map(({ readyState }) => readyState) };
    }, roomId);
    expect(message).toBe('Cannot create so many PeerConnections');
    expect(live).toEqual(['live']);
    expect(await left).toBe('LEFT');
  });

  it('goes on whichever listeners throw', async () => {
    const [ann, bob] = [await come('Ann'), await come('Bob')];
    const roomId = await ann.createRoom();
    await ann.join(roomId);
    await ann.page.evaluate(() => {
      const { call } = window.tester;
      // They are reported, and that is all that they may do.
      window.addEventListener('error', (event) => {
        event.preventDefault();
        document.title = event.message;
      });
      call.subscribe(() => {
        throw new Error('A listener throws');
      });
      const events = [
        ...(['participantJoined', 'participantUpdated', 'participantLeft'] as const),
        ...(['state', 'end', 'error', 'message', 'muteRequested', 'knock'] as const),
        ...(['roomUpdated', 'activeSpeaker', 'statistics'] as const),
      ];
      for (const name of events) {
        call.on(name, () => {
          window.thrown = [...(window.thrown ?? []), name];
          throw new Error('A listener throws');
        });
      }
    });
    await bob.join(roomId);
    await ann.receives(bob);
    await bob.receives(ann);
    expect(await ann.page.title()).toContain('A listener throws');
    const threw = (name: string) =>
      ann.page.waitForFunction((wanted) => window.thrown?.includes(wanted), name);
    await threw('statistics');
    await bob.page.evaluate(() => window.tester.call.sendMessage('Hello'));
    await threw('message');
    await ann.page.evaluate(() => window.tester.call.updateRoom({ access: 'KNOCK' }));
    await threw('roomUpdated');
    const cem = await come('Cem');
    const cemJoins = cem.joinWithout(roomId);
    await threw('knock');
    await ann.page.evaluate(async () => {
      const { call } = window.tester;
      await call.admit(call.snapshot.knocks[0]?.knockId ?? '');
    });
    await cemJoins;
    await cem.page.evaluate(() => window.tester.call.leave());
    await threw('participantLeft');
    await ann.page.evaluate(() => window.tester.cut());
    await ann.page.waitForFunction(
      () => window.thrown?.includes('state') && window.tester.call.snapshot.state === 'connected',
    );
    await ann.receives(bob);
    await ann.page.evaluate(() => window.tester.call.leave());
    await threw('end');
    expect(await ann.page.evaluate(() => window.tester.counts())).toMatchObject({
      connections: 0,
      liveTracks: 0,
    });
  });

  it('starts no connection when a listener leaves over the first of those who are there', async () => {
    const [ann, bob, cem] = [await come('Ann'), await come('Bob'), await come('Cem')];
    const roomId = await ann.createRoom();
    await ann.joinWithout(roomId);
    await ann.page.evaluate(() => {
      const { call } = window.tester;
      call.on('state', (state) => {
        if (state === 'connected') call.leave();
      });
    });
    await bob.joinWithout(roomId);
    await cem.joinWithout(roomId);
    await ann.page.waitForFunction(() => window.tester.call.snapshot.participants.length === 2);
    await ann.page.evaluate(() => window.tester.cut());
    await ann.page.waitForFunction(() => window.tester.call.snapshot.end !== null);
    expect(await ann.page.evaluate(() => window.tester.counts().connections)).toBe(0);
  });

  it('has the server’s time of a message, whatever the clock of the page says', async () => {
    const [ann, bob] = [await come('Ann'), await come('Bob')];
    const roomId = await ann.createRoom();
    await ann.joinWithout(roomId);
    await bob.joinWithout(roomId);
    const heard = bob.page.evaluate(
      () => new Promise((resolve) => window.tester.call.on('message', ({ at }) => resolve(at))),
    );
    await bob.page.evaluate(() => null);
    const said = await ann.page.evaluate(async () => {
      Date.now = () => 0;
      const { at } = await window.tester.call.sendMessage('Hello');
      return at;
    });
    expect(said).toBe(await heard);
  });

  it('refuses a message that is too big, and goes on', async () => {
    const ann = await come('Ann');
    await ann.joinWithout(await ann.createRoom());
    const told = await ann.page.evaluate(async () => {
      const { call, failure } = window.tester;
      const states: string[] = [];
      call.on('state', (state) => states.push(state));
      const codes = await Promise.all(
        [5_000, 100_000, 1_000_000].map((size) => failure(call.sendMessage('x'.repeat(size)))),
      );
      await call.sendMessage('Hello');
      return { codes, states, texts: call.snapshot.messages.map(({ text }) => text) };
    });
    expect(told.codes).toEqual(['INVALID_INPUT', 'INVALID_INPUT', 'INVALID_INPUT']);
    expect(told).toMatchObject({ states: [], texts: ['Hello'] });
  });

  it('says how many sockets there may be to whoever enters a ninth room', async () => {
    const ann = await come('Ann');
    const error = await ann.page.evaluate(async () => {
      const { client } = window.tester;
      for (let room = 0; room < 8; room += 1) {
        const { id } = await client.createRoom();
        await client.joinRoom(id);
      }
      const { id } = await client.createRoom();
      return client.joinRoom(id).then(
        () => null,
        ({ code, message }) => ({ code, message }),
      );
    });
    expect(error).toEqual({
      code: 'TOO_MANY_SOCKETS',
      message: 'Too many sockets of this user: 8 at most',
    });
  });

  it('ends with SIGNED_OUT where it comes back as somebody else', async () => {
    const [ann, bob] = [await come('Ann'), await come('Bob')];
    const roomId = await ann.createRoom();
    await ann.joinWithout(roomId);
    await bob.joinWithout(roomId);
    await bob.page.evaluate(() => {
      window.tester.call.on('participantJoined', ({ user }) => {
        document.title = user.name;
      });
    });
    await ann.page.evaluate(async () => {
      await window.tester.signUp('Eve');
      window.tester.cut();
    });
    const end = await ann.page.waitForFunction(() => window.tester.call.snapshot.end);
    expect(await end.jsonValue()).toMatchObject({ reason: 'SIGNED_OUT' });
    // Nobody has come in the other's name, not even for a moment: what is said later arrives later.
    await ann.page.evaluate(async (id) => {
      await window.tester.client.joinRoom(id);
    }, roomId);
    await bob.page.waitForFunction(() => document.title === 'Eve');
    const present = await bob.page.evaluate(() =>
      window.tester.call.snapshot.participants.map(({ user, joinOrder }) => [user.name, joinOrder]),
    );
    expect(present.filter(([name]) => name === 'Eve')).toEqual([['Eve', 3]]);
  });

  it('does not end a newer stay by a leave that arrives late', async () => {
    const ann = await come('Ann');
    const roomId = await ann.createRoom();
    await ann.joinWithout(roomId);
    const answer = await ann.page.evaluate(async (id) => {
      const { client, call, cut } = window.tester;
      const send = window.fetch;
      let release = () => {};
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      const answered = new Promise<string>((resolve) => {
        window.fetch = async (...args) => {
          if (!String(args[1]?.body).includes('leaveRoom')) return send(...args);
          await gate;
          const response = await send(...args);
          resolve((await response.clone().json()).data.leaveRoom.__typename);
          return response;
        };
      });
      call.on('state', (state) => {
        if (state === 'reconnecting') call.leave();
      });
      cut();
      await new Promise((resolve) => call.on('end', resolve));
      const again = await client.joinRoom(id, { takeOver: true });
      release();
      const said = await answered;
      await again.raiseHand(true);
      return { said, state: again.snapshot.state };
    }, roomId);
    expect(answer).toEqual({ said: 'NotInRoomError', state: 'connected' });
  });
});
