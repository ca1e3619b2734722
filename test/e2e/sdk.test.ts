import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

// Five browsers code and decode twenty pictures at once, on however few cores there are.
vi.setConfig({ testTimeout: 300_000 });

describeInBrowser('the SDK, in a page of its own', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildSdkPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted');
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  let opened: SdkPage[] = [];

  afterEach(async () => {
    const pages = opened;
    opened = [];
    await Promise.all(pages.map((one) => one.close()));
  });

  /** As many as named, in one room, each with media of all others. */
  async function gather(...names: string[]): Promise<SdkPage[]> {
    const pages = await Promise.all(names.map((name) => SdkPage.open(browser, server.url, name)));
    opened = pages;
    const roomId = (await pages[0]?.createRoom()) ?? '';
    for (const one of pages) await one.join(roomId, { statisticsIntervalMs: 500 });
    return pages;
  }

  async function hadNoFaults(pages: readonly SdkPage[]): Promise<void> {
    for (const one of pages) expect(await one.faults()).toEqual([]);
  }

  it('connects five people, each to each, and says how soon they see each other', async () => {
    const pages = await gather('Ann', 'Bob', 'Cem', 'Dia', 'Eva');
    const waits: number[] = [];
    for (const one of pages) {
      for (const other of pages) {
        if (one === other) continue;
        const { framesDecoded, firstFrameMs } = await one.receives(other);
        expect(framesDecoded).toBeGreaterThanOrEqual(10);
        // Who was there before saw nobody until somebody came: that is no wait of theirs.
        if (pages.indexOf(other) < pages.indexOf(one)) waits.push(firstFrameMs ?? Number.NaN);
      }
    }
    expect(waits).toHaveLength(10);
    waits.sort((a, b) => a - b);
    const at = (part: number) => Math.round(waits[Math.ceil(waits.length * part) - 1] ?? 0);
    console.log(
      `From the join to the first picture of each who was there: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`,
    );
    expect(at(0.95)).toBeGreaterThan(0);

    // Four copies of a picture go out of each page, within what a mesh of five may use of the uplink.
    const limits = await pages[0]?.page.evaluate(() =>
      window.tester.call.snapshot.participants.map(({ id }) => window.tester.limits(id)),
    );
    expect(limits).toEqual(Array(4).fill({ maxBitrate: 1_000_000, scaleResolutionDownBy: 1 }));
    await hadNoFaults(pages);
  });

  it('measures each connection, and tells how well it does', async () => {
    const [ann, bob] = await gather('Ann', 'Bob');
    if (ann === undefined || bob === undefined) throw new Error('Nobody came.');
    await ann.receives(bob);
    const found = await ann.page.evaluate(async (id) => {
      const { call } = window.tester;
      for (;;) {
        const { statistics } = await new Promise<{ statistics: unknown }>((resolve) => {
          const stop = call.on('statistics', (measured) => {
            stop();
            resolve(measured);
          });
        });
        const [view] = call.snapshot.participants;
        const latest = call.statistics(id);
        if (latest !== null && latest.inboundBitrate > 0 && view?.quality !== 'unknown') {
          return { same: latest === statistics, latest, quality: view?.quality };
        }
      }
    }, bob.id);
    expect(found.same).toBe(true);
    expect(found.latest).toMatchObject({ route: 'direct', inboundLoss: expect.any(Number) });
    expect(found.latest.outboundBitrate).toBeGreaterThan(0);
    expect(found.latest.roundTripMs).toBeGreaterThanOrEqual(0);
    expect(['good', 'fair', 'poor']).toContain(found.quality);

    // A clock that is set back and forth by years changes none of it.
    const rates = await ann.page.evaluate(async () => {
      const { call } = window.tester;
      const rates: number[] = [];
      let year = 0;
      Date.now = () => {
        year = 1_000 - year;
        return year * 365 * 86_400_000;
      };
      while (rates.length < 4) {
        await new Promise<void>((resolve) => {
          const stop = call.on('statistics', ({ statistics }) => {
            stop();
            rates.push(statistics.inboundBitrate);
            resolve();
          });
        });
      }
      return rates;
    });
    for (const rate of rates) {
      expect(rate).toBeGreaterThan(0);
      expect(rate).toBeLessThan(50_000_000);
    }
    expect(await ann.page.evaluate(() => window.tester.call.snapshot.state)).toBe('connected');
    await hadNoFaults([ann, bob]);
  });

  it('knows who speaks', async () => {
    const [ann, bob, cem] = await gather('Ann', 'Bob', 'Cem');
    if (ann === undefined || bob === undefined || cem === undefined)
      throw new Error('Nobody came.');
    await Promise.all([ann.receives(bob), ann.receives(cem)]);
    const speakerIs = (id: string) =>
      ann.page.waitForFunction(
        (wanted) => {
          const { activeSpeaker, participants } = window.tester.call.snapshot;
          const { speaking } = participants.find((one) => one.id === wanted) ?? {};
          return activeSpeaker === wanted && speaking === true;
        },
        id,
        { timeout: 100_000, polling: 100 },
      );
    await cem.page.evaluate(() => window.tester.call.setMicrophone(false));
    await speakerIs(bob.id);
    await bob.page.evaluate(() => window.tester.call.setMicrophone(false));
    await cem.page.evaluate(() => window.tester.call.setMicrophone(true));
    await speakerIs(cem.id);
    await hadNoFaults([ann, bob, cem]);
  });

  it('shares a screen 50 times beside the camera, and leaks nothing', async () => {
    const [ann, bob] = await gather('Ann', 'Bob');
    if (ann === undefined || bob === undefined) throw new Error('Nobody came.');
    await ann.receives(bob);
    const before = await ann.page.evaluate(() => window.tester.counts());
    const remoteBefore = await bob.page.evaluate(() => window.tester.counts());
    for (let round = 0; round < 50; round += 1) {
      await ann.page.evaluate(() => window.tester.call.shareScreen());
      await bob.page.waitForFunction(
        () => window.tester.call.snapshot.participants[0]?.screen !== null,
      );
      await ann.page.evaluate(() => window.tester.call.stopScreen());
      await bob.page.waitForFunction(
        () => window.tester.call.snapshot.participants[0]?.screen === null,
      );
    }
    expect(await ann.page.evaluate(() => window.tester.counts())).toEqual(before);
    expect(await bob.page.evaluate(() => window.tester.counts())).toEqual(remoteBefore);
    // The camera went on all the while.
    await bob.receives(ann);
    await ann.page.evaluate(() => window.tester.call.leave());
    expect(await ann.page.evaluate(() => window.tester.counts())).toEqual({
      connections: 0,
      senders: 0,
      transceivers: 0,
      liveTracks: 0,
    });
    await hadNoFaults([ann, bob]);
  });

  it('takes another camera and microphone during the call', async () => {
    const [ann, bob] = await gather('Ann', 'Bob');
    if (ann === undefined || bob === undefined) throw new Error('Nobody came.');
    await bob.receives(ann);
    const { before, after } = await ann.page.evaluate(async () => {
      const { call } = window.tester;
      const ids = () => call.snapshot.self.stream.getTracks().map(({ id }) => id);
      const before = ids();
      const devices = await navigator.mediaDevices.enumerateDevices();
      const deviceOf = (kind: MediaDeviceKind) =>
        devices.findLast((device) => device.kind === kind)?.deviceId ?? '';
      await call.switchCamera(deviceOf('videoinput'));
      await call.switchMicrophone(deviceOf('audioinput'));
      return { before, after: ids() };
    });
    expect(after).toHaveLength(2);
    expect(after.filter((id) => before.includes(id))).toEqual([]);
    await bob.receives(ann);
    await hadNoFaults([ann, bob]);
  });
});
