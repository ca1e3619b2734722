import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { until } from '../kit/waiting.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Where the README's server is. */
const PLACE = "'http://localhost:5000/graphql'";

/** The SDK's snippet in the README. */
async function snippet(): Promise<string> {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const found = /<!-- snippet: sdk -->\s+```js\n([\s\S]*?)```/.exec(readme);
  if (found?.[1] === undefined) throw new Error('The README has no snippet of the SDK.');
  return found[1];
}

describeInBrowser('the ten lines of the README', () => {
  let folder: string;
  let code: string;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    code = await snippet();
    folder = await mkdtemp(join(tmpdir(), 'peerql-readme-'));
    const html =
      '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>';
    await writeFile(join(folder, 'index.html'), html);
    const reader = code.replace(PLACE, "new URL('graphql', location.href)");
    await writeFile(join(folder, 'main.js'), reader);
    await build({
      configFile: false,
      root: folder,
      base: './',
      logLevel: 'error',
      resolve: {
        alias: [{ find: '@peerql/client', replacement: join(ROOT, 'src/client/index.ts') }],
      },
      build: { outDir: 'built', target: 'es2022', modulePreload: false },
    });
    server = await startServer({ overrides: { pagesFolder: join(folder, 'built') } });
    browser = await launchBrowser('granted');
  });

  const faults: string[] = [];

  afterEach(() => expect(faults).toEqual([]));

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(url: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(url);
    return page;
  }

  it('are ten', () => {
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(10);
    expect(code).toContain(PLACE);
  });

  it('make a call of two people, as written, who may open their pages anew', async () => {
    const ann = await open(server.url);
    await ann.waitForURL(/#./);
    const bob = await open(ann.url());
    await Promise.all([plays(ann), plays(bob)]);
    expect(await ann.locator('video').count()).toBe(1);
    expect(await bob.locator('video').count()).toBe(1);
    for (const page of [bob, ann]) {
      await page.reload();
      await Promise.all([plays(ann), plays(bob)]);
    }
  });
});

/** Waits until the picture of whoever came last moves on from now. */
async function plays(page: Page): Promise<void> {
  const newest = page.locator('video').last();
  await newest.waitFor({ timeout: 60_000 });
  let before = Number.POSITIVE_INFINITY;
  const moves = async () => {
    const now = await newest.evaluate((video) => {
      if (!(video instanceof HTMLVideoElement)) throw new Error('No video.');
      return video.videoWidth > 0 ? video.currentTime : 0;
    });
    // Another one may have come meanwhile.
    before = Math.min(before, now);
    return now >= before + 0.5;
  };
  await until(moves, 'a picture that moves', 60_000);
}
