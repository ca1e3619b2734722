import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { bundleElements } from '../kit/elements-bundle.ts';
import { createRoom, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const VIDEO_MS = 30_000;
/** As strict as a policy can be that lets a page run its own scripts. */
const POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src data:";

describeInBrowser('a call in one tag', () => {
  let server: TestServer;
  let browser: Browser;
  let bundle: string;
  let site: string;
  const faults: string[] = [];
  /** The plain HTML files of another site, by their paths. */
  const files = new Map<string, string>();
  const pages = createServer(({ url = '' }, response) => {
    const isScript = url.endsWith('.js');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.setHeader(
      'content-security-policy',
      `${POLICY}; connect-src ${server.url} ${server.socketUrl}`,
    );
    response.end(isScript ? bundle : files.get(url));
  });

  beforeAll(async () => {
    bundle = await bundleElements('all');
    pages.listen(0, '127.0.0.1');
    await once(pages, 'listening');
    site = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    server = await startServer({ env: { FRONTEND_URL: site } });
    browser = await launchBrowser('granted');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    pages.closeAllConnections();
    pages.close();
  });

  /** Opens a plain HTML file. */
  async function open(html: string): Promise<Page> {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) faults.push(message.text());
    });
    const path = `/${files.size}.html`;
    files.set(path, html);
    await page.goto(`${site}${path}`);
    return page;
  }

  /** Resolves when the only other participant's video plays. */
  async function seesOther(page: Page): Promise<void> {
    const video = page.getByTestId('tile').locator('video');
    await video.waitFor({ timeout: VIDEO_MS });
    const frames = () =>
      video.evaluate((one) => (one as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames);
    await expect.poll(frames, { timeout: VIDEO_MS }).toBeGreaterThan(10);
  }

  it('is made by five lines of HTML, for somebody with a token and for a guest', async () => {
    const ann = await register(server.graphqlUrl, 'Ann');
    const room = await createRoom(server.graphqlUrl, ann, { name: 'Tea', allowGuests: true });
    const html = (attributes: string) => `<!doctype html>
<html lang="en">
<link rel="icon" href="data:,">
<script type="module" src="./elements.js"></script>
<peerql-call server="${server.url}" room="${room.id}" ${attributes}></peerql-call>`;
    const one = await open(html(`token="${ann.token}"`));
    await one.getByTestId('invite').waitFor();
    const other = await open(html('name="Bob"').replace('"en"', '"de"'));
    await Promise.all([seesOther(one), seesOther(other)]);

    // In the language of each page.
    await one.getByRole('button', { name: 'Mute microphone' }).click();
    await other.locator('peerql-tile[data-name="Ann"][data-audio="false"]').waitFor();
    await other.getByRole('button', { name: 'Mikrofon stummschalten' }).waitFor();

    await other.getByTestId('open-chat').click();
    await other.getByTestId('message').fill('Hello');
    await other.getByTestId('send-message').click();
    await one.getByText('Bob: Hello').waitFor();
    await one.getByTestId('unread').waitFor();

    // Its end is told to the page.
    const left = other.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener('peerql-left', ({ detail }) => resolve(detail.end.reason));
        }),
    );
    await other.getByTestId('leave').click();
    expect(await left).toBe('LEFT');
    await other.locator('[data-testid="outside"][data-state="ended"]').waitFor();
    await one.getByTestId('tile').waitFor({ state: 'detached' });
    // A guest comes back as the same guest.
    await other.getByTestId('again').click();
    await seesOther(one);
    // Whoever takes the element out of the page leaves.
    await other.evaluate(() => document.querySelector('peerql-call')?.remove());
    await one.getByTestId('tile').waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  it('says why there is no call, and tells the page', async () => {
    const page = await open(`<!doctype html>
<html lang="en">
<link rel="icon" href="data:,">
<script type="module" src="./elements.js"></script>
<peerql-call server="${server.url}" room="0123456789abcdef" name="Ann"></peerql-call>`);
    await page.getByText('This call doesn’t exist').waitFor();
    const failed = page.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener('peerql-error', ({ detail }) => resolve(detail.message));
        }),
    );
    await page.getByTestId('again').click();
    expect(await failed).toContain('This call doesn’t exist');
    expect(faults).toEqual([]);
  });
});
