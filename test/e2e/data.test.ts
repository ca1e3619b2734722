import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, fakeDevices, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { hasTurnServer, TurnServer } from '../kit/turn.ts';
import { until } from '../kit/waiting.ts';

const MB = 1_048_576;
/** By hand, a big file goes through a relay while the picture is measured: `DATA_FILE_MB=100`. */
const BY_HAND = Number(process.env.DATA_FILE_MB ?? 0);
const FILE_BYTES = (BY_HAND || 10) * MB;
const LEAST_FRAMES_A_SECOND = 15;

describeInBrowser('what participants send each other directly', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  let turn: TurnServer | null = null;
  let opened: SdkPage[] = [];

  beforeAll(async () => {
    built = await buildSdkPage();
    if (BY_HAND > 0 && hasTurnServer()) turn = await TurnServer.start();
    server = await startServer({
      overrides: { pagesFolder: built.folder },
      env: turn === null ? {} : { TURN_URLS: turn.url, TURN_SECRET: turn.secret },
    });
    const args = BY_HAND > 0 ? [fakeDevices(1, 20)] : [];
    browser = await launchBrowser('granted', { args });
  });

  afterEach(async () => {
    const pages = opened;
    opened = [];
    for (const one of pages) expect(await one.faults()).toEqual([]);
    await Promise.all(pages.map((one) => one.close()));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await turn?.close();
    await built?.remove();
  });

  type Options = Parameters<SdkPage['join']>[1];

  async function meet(names: readonly string[], options: Options = {}): Promise<SdkPage[]> {
    const people: SdkPage[] = [];
    for (const name of names) {
      const one = await SdkPage.open(browser, server.url, name);
      opened.push(one);
      people.push(one);
    }
    const roomId = (await people[0]?.createRoom()) ?? '';
    for (const one of people) {
      await one.join(roomId, options);
      await one.page.evaluate(() => window.tester.listen());
    }
    return people;
  }

  it('brings messages to all and to one, and says why it does not', async () => {
    const [ann, bob, cem] = (await meet(['Ann', 'Bob', 'Cem'], { withDevices: false })) as [
      SdkPage,
      SdkPage,
      SdkPage,
    ];
    // To one it waits until the connection is open; to all it goes to everybody then.
    await ann.page.evaluate((id) => window.tester.call.send('to Bob', { to: id }), bob.id);
    await ann.page.evaluate((id) => window.tester.call.send('to Cem', { to: id }), cem.id);
    await ann.page.evaluate(async () => {
      const { call } = window.tester;
      await call.send('to all');
      await call.send(Uint8Array.of(0, 1, 2, 3).subarray(1));
      await call.send(new Blob([Uint8Array.of(9)]));
      await call.send(new ArrayBuffer(0));
      await call.send('x'.repeat(65_536));
    });
    const heard = (one: SdkPage) => one.page.evaluate(() => window.tester.heard);
    for (const [one, own] of [
      [bob, 'to Bob'],
      [cem, 'to Cem'],
    ] as const) {
      await until(async () => (await heard(one)).length === 6, 'six messages');
      const common = { from: ann.id, reliable: true };
      expect(await heard(one)).toEqual([
        { ...common, data: own },
        { ...common, data: 'to all' },
        { ...common, data: [1, 2, 3] },
        { ...common, data: [9] },
        { ...common, data: [] },
        { ...common, data: 'x'.repeat(65_536) },
      ]);
    }
    // What may be lost is sent until one arrives.
    await until(async () => {
      await bob.page.evaluate(() => window.tester.call.send('lossy', { reliable: false }));
      return (await heard(ann)).some(({ data }) => data === 'lossy');
    }, 'a message that may be lost');
    expect((await heard(ann))[0]).toMatchObject({ from: bob.id, reliable: false });

    const failures = await ann.page.evaluate(async () => {
      const { call, failure } = window.tester;
      const past = await Promise.all([
        failure(call.send('x'.repeat(65_537))),
        failure(call.send('ä'.repeat(32_769))),
        failure(call.send(new Blob([new Uint8Array(65_537)]))),
        failure(call.send({} as string)),
        failure(call.send('to nobody', { to: 'nobody' })),
        failure(call.sendFile({} as Blob, { to: call.snapshot.participants[0]?.id ?? '' })),
        failure(call.sendFile(new Blob(), { to: 'nobody' })),
      ]);
      call.leave();
      return [...past, await failure(call.send('late'))];
    });
    const invalid = 'INVALID_INPUT';
    expect(failures).toEqual([
      ...[invalid, invalid, invalid, invalid, 'PEER_NOT_IN_ROOM', invalid, 'PEER_NOT_IN_ROOM'],
      'ENDED',
    ]);
    await cem.page.evaluate(() => window.tester.call.leave());
    await bob.page.waitForFunction(() => window.tester.call.snapshot.participants.length === 0);
    const alone = await bob.page.evaluate(() => {
      const { call, failure } = window.tester;
      return failure(call.send('Is anybody there?'));
    });
    expect(alone).toBe('NOBODY_THERE');
  });

  it(`brings ${FILE_BYTES / MB} MiB over whole, beside the picture`, async () => {
    const relayed = { rtcConfiguration: { iceTransportPolicy: 'relay' } } as const;
    const options = { frameRate: 30, ...(turn === null ? {} : relayed) };
    const [ann, bob] = (await meet(['Ann', 'Bob'], options)) as [SdkPage, SdkPage];
    await Promise.all([ann.receives(bob), bob.receives(ann)]);
    if (BY_HAND > 0) {
      const began = performance.now();
      await bob.receives(ann, 150);
      const rate = 150_000 / (performance.now() - began);
      process.stdout.write(`Without a file: ${rate.toFixed(1)} frames a second\n`);
    }
    const before = (await bob.seen(ann)).framesDecoded;
    const startedAt = performance.now();
    const [sent, received] = await Promise.all([
      ann.page.evaluate(([id, size]) => window.tester.sendFile(id, size), [
        bob.id,
        FILE_BYTES,
      ] as const),
      bob.page.evaluate(() => window.tester.receiveFile()),
    ]);
    const seconds = (performance.now() - startedAt) / 1_000;
    const frames = ((await bob.seen(ann)).framesDecoded - before) / seconds;
    process.stdout.write(
      `${FILE_BYTES / MB} MiB ${turn === null ? 'directly' : 'through a relay'} in ${seconds.toFixed(1)} s, ` +
        `${frames.toFixed(1)} frames a second beside it\n`,
    );
    expect(received).toEqual({ ...sent, name: 'picture.bin', type: 'application/x-test' });
    expect(sent.size).toBe(FILE_BYTES);
    if (BY_HAND > 0) expect(frames).toBeGreaterThanOrEqual(LEAST_FRAMES_A_SECOND);
  }, 600_000);

  it('goes on with a file after the connection was made anew', async () => {
    const [ann, bob] = (await meet(['Ann', 'Bob'])) as [SdkPage, SdkPage];
    await Promise.all([ann.receives(bob), bob.receives(ann)]);
    const done = Promise.all([
      ann.page.evaluate(([id, size]) => window.tester.sendFile(id, size), [
        bob.id,
        6 * MB,
      ] as const),
      // The connection is lost in the middle of it.
      bob.page.evaluate((cutAt) => window.tester.receiveFile(cutAt), MB),
    ]);
    const [sent, received] = await done;
    expect(received).toMatchObject(sent);
    expect(await bob.page.evaluate(() => window.tester.madeConnections())).toBeGreaterThan(1);
    opened = [];
    await Promise.all([ann.close(), bob.close()]);
  });

  it('refuses a file where nobody listens', async () => {
    const [ann, bob] = (await meet(['Ann', 'Bob'], { withDevices: false })) as [SdkPage, SdkPage];
    await bob.page.evaluate(() => window.tester.stopListening());
    const refused = await ann.page.evaluate((id) => {
      const { call, failure } = window.tester;
      return failure(call.sendFile(new Blob(['a']), { to: id }));
    }, bob.id);
    expect(refused).toBe('FILE_REFUSED');
  });
});
