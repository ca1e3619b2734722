import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createJoinToken } from '../../src/server-sdk/join-token.ts';
import { lookAt } from '../kit/appearance.ts';
import { type BuiltPage, buildCallPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { registerSecrets } from '../kit/kept-logs.ts';
import { blocksOf } from '../kit/pages.ts';
import { createRoom, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const KEY = { apiKey: 'shop', apiSecret: 'a secret of 32 bytes that a shop and its server share' };
const VIDEO_MS = 30_000;
const EXAMPLE =
  blocksOf('docs/embedding.md').find(({ mark }) => mark?.value === 'embedding')?.text ?? '';

/** A page with the example of the documentation, which notes what it is told. */
interface Shop {
  readonly page: Page;
  readonly frame: FrameLocator;
  told(): Promise<Record<string, unknown>[]>;
}

describeInBrowser('a call in a frame', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  /** The same pages by two origins, of which the first is named. Both are of another site than the server. */
  let named: string;
  let unnamed: string;
  const files = new Map<string, string>();
  const pages = createServer(({ url = '' }, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(files.get(url) ?? '');
  });

  beforeAll(async () => {
    built = await buildCallPage();
    pages.listen(0);
    await once(pages, 'listening');
    const { port } = pages.address() as AddressInfo;
    named = `http://localhost:${port}`;
    unnamed = `http://shop.localhost:${port}`;
    server = await startServer({
      env: { EMBED_ORIGINS: named, API_KEYS: `${KEY.apiKey}:${KEY.apiSecret}` },
      overrides: { pagesFolder: built.folder },
    });
    browser = await launchBrowser('granted');
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    pages.closeAllConnections();
    pages.close();
    await built?.remove();
  });

  /** Opens the example at an origin, with this path of the server in the frame. */
  async function open(origin: string, path: string): Promise<Shop> {
    const page = await (await browser.newContext()).newPage();
    const calls = new URL(server.url).origin;
    const file = `/${files.size}.html`;
    files.set(
      file,
      EXAMPLE.replace('https://calls.example.com/embed.html?room=ROOM', `${server.url}${path}`)
        .replaceAll('https://calls.example.com', calls)
        .replace('<title>', '<link rel="icon" href="data:,"><title>'),
    );
    await page.addInitScript(() => {
      const told: unknown[] = [];
      Object.assign(window, { told });
      addEventListener('message', ({ data }) => told.push(data));
    });
    await page.goto(`${origin}${file}`);
    return {
      page,
      frame: page.frameLocator('#call'),
      told: () => page.evaluate(() => Reflect.get(window, 'told')),
    };
  }

  const state = ({ page }: Shop, text: string) => page.locator('#state').getByText(text).waitFor();

  /** Resolves when the only other participant's video plays. */
  async function seesOther({ frame }: Shop): Promise<void> {
    const video = frame.getByTestId('tile').locator('video');
    await video.waitFor({ timeout: VIDEO_MS });
    const frames = () =>
      video.evaluate((one) => (one as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames);
    await expect.poll(frames, { timeout: VIDEO_MS }).toBeGreaterThan(10);
  }

  it('joins a guest and somebody with a token, and takes commands of the page around alone', async () => {
    const owner = await register(server.graphqlUrl, 'Owner');
    const room = await createRoom(server.graphqlUrl, owner, { name: 'Fitting', allowGuests: true });
    const guest = await open(named, `/embed.html?room=${room.id}`);
    await guest.frame.getByRole('heading', { name: 'Fitting' }).waitFor();
    await guest.frame.getByTestId('prejoin-name').fill('Guest');
    await guest.frame.getByTestId('join').click();
    await state(guest, 'You are in the call.');
    expect(await guest.told()).toEqual([
      { peerql: 'joined', version: 1, room: room.id, participant: expect.any(String) },
    ]);

    const token = await createJoinToken({
      ...KEY,
      subject: 'ann',
      name: 'Ann',
      room: room.id,
      ttlSeconds: 600,
    });
    registerSecrets(token);
    const member = await open(named, `/embed.html?room=${room.id}#token=${token}`);
    await member.frame.getByTestId('join').click();
    await state(member, 'You are in the call.');
    await Promise.all([seesOther(guest), seesOther(member)]);

    // Another window of the page around, with its origin; a message of another version; then one that counts.
    await guest.page.evaluate(() => {
      const frame = document.querySelector('iframe')?.contentWindow;
      const other = document.body.appendChild(document.createElement('iframe')).contentWindow;
      if (!frame || !other) throw new Error('There are two frames.');
      Reflect.set(other, 'target', frame);
      // By a function of that window, which is then the source of the message.
      const run = Reflect.get(other, 'eval') as (code: string) => void;
      run("target.postMessage({ peerql: 'leave', version: 1 }, '*')");
      frame.postMessage({ peerql: 'leave', version: 2 }, '*');
    });
    await guest.page.locator('#mute').click();
    await member.frame.locator('peerql-tile[data-name="Guest"][data-audio="false"]').waitFor();
    expect(await guest.told()).toHaveLength(1);
    // Once muted, it is the user who unmutes.
    await guest.frame.getByRole('button', { name: 'Unmute microphone' }).click();
    await member.frame.locator('peerql-tile[data-name="Guest"][data-audio="true"]').waitFor();

    await guest.page.locator('#leave').click();
    await state(guest, 'The call is over: LEFT.');
    await member.frame.getByTestId('tile').waitFor({ state: 'detached' });
    // A guest comes back without another name.
    await guest.frame.getByTestId('again').click();
    await guest.frame.getByTestId('join').click();
    await state(guest, 'You are in the call.');
    await member.frame.locator('peerql-tile[data-name="Guest"]').waitFor();
  });

  it('is refused to pages that are not named, and everything else to all', async () => {
    for (const [origin, path] of [
      [unnamed, '/embed.html?room=0123456789abcdef'],
      [named, '/?room=0123456789abcdef'],
    ] as const) {
      const page = await (await browser.newContext()).newPage();
      const refused = page.waitForEvent('console', (line) => /frame-ancestors/.test(line.text()));
      const file = `/${files.size}.html`;
      files.set(file, `<!doctype html><iframe id="call" src="${server.url}${path}"></iframe>`);
      await page.goto(`${origin}${file}`);
      await refused;
      expect(await page.frameLocator('#call').locator('#app').count()).toBe(0);
    }
  });

  it('tells why there is no call, and asks for no password', async () => {
    const owner = await register(server.graphqlUrl, 'Owner');
    const { id } = await createRoom(server.graphqlUrl, owner);
    const shop = await open(named, `/embed.html?room=${id}`);
    await state(shop, 'You need an account for this call');
    await shop.frame.locator('[data-testid="notice"][data-kind="needs-account"]').waitFor();
    expect(await shop.frame.locator('input').count()).toBe(0);
    expect(await shop.told()).toMatchObject([{ peerql: 'error', code: 'GUESTS_NOT_ALLOWED' }]);

    // In a window of its own it looks as in a frame.
    const guests = await createRoom(server.graphqlUrl, owner, { allowGuests: true });
    const alone = await (await browser.newContext()).newPage();
    await alone.goto(`${server.url}/embed.html?room=${guests.id}`);
    await alone.getByTestId('prejoin-name').waitFor();
    await lookAt(alone, 'embedded');

    const lost = await open(named, '/embed.html?room=0123456789abcdef');
    await lost.frame.locator('[data-testid="notice"][data-kind="room-not-found"]').waitFor();
    expect(await lost.told()).toMatchObject([{ peerql: 'error', code: 'ROOM_NOT_FOUND' }]);
  });
});
