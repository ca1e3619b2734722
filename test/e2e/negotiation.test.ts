import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from '../kit/browser.ts';

describeInBrowser('perfect negotiation', () => {
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    browser = await launchBrowser('granted');
    page = await browser.newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.addScriptTag({ content: await bundle('./fixtures/peers.ts') });
  });

  afterAll(async () => {
    await browser?.close();
  });

  it('connects by the offer of the polite side, with candidates in batches', async () => {
    const { carried, errors, frames } = await page.evaluate(async () => {
      const pair = window.connectPeers(1, 5);
      await pair.settled();
      let frames = 0;
      while (frames < 10) {
        frames = await pair.frames();
        await new Promise(requestAnimationFrame);
      }
      pair.close();
      return { carried: pair.carried, errors: pair.errors, frames };
    });
    expect(errors).toEqual([]);
    expect(frames).toBeGreaterThanOrEqual(10);
    expect(carried).toMatchObject({ offer: 1, answer: 1 });
    expect(carried.candidates).toBeLessThanOrEqual(8);
  });

  it.each([
    [['polite', 'impolite'], { polite: 'open', impolite: 'open' }],
    // With an older client on the other side, which has none.
    [['polite'], { polite: 'open' }],
    [['impolite'], {}],
  ] as const)('opens data channels without another negotiation: %j', async (sides, expected) => {
    const { carried, errors } = await page.evaluate(
      async ([given, wanted]) => {
        const pair = window.connectPeers(7, 5, given);
        await pair.settled();
        while (JSON.stringify(pair.channels()) !== wanted) {
          await new Promise(requestAnimationFrame);
        }
        await pair.settled();
        pair.close();
        return { carried: pair.carried, errors: pair.errors };
      },
      [[...sides], JSON.stringify(expected)] as const,
    );
    expect(errors).toEqual([]);
    expect(carried).toMatchObject({ offer: 1, answer: 1 });
  });

  it('connects although each batch of candidates begins with one that the browser refuses', async () => {
    const { carried, errors } = await page.evaluate(async () => {
      const pair = window.connectPeers(2, 5);
      pair.drop = (signal) => {
        if ('candidates' in signal)
          signal.candidates.unshift({ candidate: 'rubbish', sdpMid: '0' });
        return false;
      };
      await pair.settled();
      pair.close();
      return { carried: pair.carried, errors: pair.errors };
    });
    expect(errors.length).toBeGreaterThanOrEqual(2);
    expect(errors.length).toBeLessThanOrEqual(carried.candidates ?? 0);
    expect(errors.filter((error) => !error.includes('OperationError'))).toEqual([]);
  });

  it('settles every time when both sides negotiate at once, 200 times', async () => {
    const seed = 20_260_704;
    const { errors, offers, before, after } = await page.evaluate(async (seed) => {
      const pair = window.connectPeers(seed, 12);
      await pair.settled();
      const before = await pair.frames();
      for (let round = 0; round < 200; round += 1) {
        pair.polite.connection.restartIce();
        pair.impolite.connection.restartIce();
        await pair.settled();
      }
      let after = await pair.frames();
      while (after < before + 10) {
        await new Promise(requestAnimationFrame);
        after = await pair.frames();
      }
      pair.close();
      return { errors: pair.errors, offers: pair.carried.offer ?? 0, before, after };
    }, seed);
    expect(errors, `seed ${seed}`).toEqual([]);
    expect(offers, 'offers that crossed').toBeGreaterThan(300);
    expect(after).toBeGreaterThan(before);
  });

  it('takes candidates that come before the description', async () => {
    const errors = await page.evaluate(async () => {
      const pair = window.connectPeers(3, 0);
      let held: string | null = null;
      pair.drop = (signal, from) => {
        if (from !== 'polite' || !('offer' in signal) || held !== null) return false;
        held = signal.offer;
        setTimeout(() => pair.impolite.receiveOffer(held ?? ''), 300);
        return true;
      };
      await pair.settled();
      pair.close();
      return pair.errors;
    });
    expect(errors).toEqual([]);
  });

  it('sends an offer again whose answer was lost', async () => {
    const { errors, offers } = await page.evaluate(async () => {
      const pair = window.connectPeers(4, 0);
      let lost = false;
      pair.drop = (signal) => {
        if (lost || !('answer' in signal)) return false;
        lost = true;
        setTimeout(() => pair.polite.resume(false), 100);
        return true;
      };
      await pair.settled();
      pair.close();
      return { errors: pair.errors, offers: pair.carried.offer };
    });
    expect(errors).toEqual([]);
    expect(offers).toBe(2);
  });

  it('swaps tracks without negotiating, and leaks neither senders nor tracks', async () => {
    const { errors, senders, offers } = await page.evaluate(async () => {
      const pair = window.connectPeers(5, 2);
      await pair.settled();
      const canvas = document.createElement('canvas');
      canvas.getContext('2d');
      for (let round = 0; round < 50; round += 1) {
        const [screen] = canvas.captureStream(5).getVideoTracks();
        await pair.impolite.setTrack('screen', screen ?? null);
        screen?.stop();
        await pair.impolite.setTrack('screen', null);
      }
      await pair.settled();
      const senders = pair.impolite.connection.getSenders().map(({ track }) => track?.kind ?? null);
      pair.close();
      return { errors: pair.errors, senders, offers: pair.carried.offer };
    });
    expect(errors).toEqual([]);
    expect(offers).toBe(1);
    expect(senders).toEqual([null, 'video', null]);
    expect(faults).toEqual([]);
  });
});

/** One script with everything in it. */
async function bundle(fixture: string): Promise<string> {
  const entry = fileURLToPath(new URL(fixture, import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry, formats: ['iife'], name: 'fixture' },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  if (first === undefined || !('output' in first)) throw new Error('Nothing was built.');
  const [chunk] = first.output;
  return chunk.code;
}
