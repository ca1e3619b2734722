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
/** Where the README's server is, and who its reader is there. */
const PLACE = "'http://localhost:5000/graphql'";
const EMAIL = "'ann@example.com'";

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
    // The one who opens the page says who they are: nobody can register the same address twice.
    const reader = code
      .replace(PLACE, "new URL('graphql', location.href)")
      .replace(EMAIL, "new URLSearchParams(location.search).get('email')");
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

  async function open(email: string, roomId: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(`${server.url}/?email=${email}#${roomId}`);
    return page;
  }

  it('are ten', () => {
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(10);
    expect(code).toContain(PLACE);
    expect(code).toContain(EMAIL);
  });

  it('make a call', async () => {
    // The snippet keeps its room to itself, so the one that it makes is read from the answer.
    const page = await (await browser.newContext()).newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    const made = page.waitForResponse(async (response) => {
      const body = response.request().postData() ?? '';
      return body.includes('createRoom');
    });
    await page.goto(`${server.url}/?email=ann@example.com`);
    const { data } = await (await made).json();
    const other = await open('bob@example.com', data.createRoom.room.id);
    await Promise.all([plays(page), plays(other)]);
    expect(await page.locator('video').count()).toBe(1);
    expect(await other.locator('video').count()).toBe(1);
  });
});

/** Waits until a picture plays. */
async function plays(page: Page): Promise<void> {
  await page.locator('video').waitFor({ timeout: 60_000 });
  const moves = () =>
    page.locator('video').evaluate((video) => {
      if (!(video instanceof HTMLVideoElement)) throw new Error('No video.');
      return video.currentTime >= 0.5 && video.videoWidth > 0;
    });
  await until(moves, 'a picture that moves', 60_000);
}
