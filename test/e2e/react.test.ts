import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { pushWorker } from '../../scripts/push-worker.mjs';
import type { CreateRoomInput } from '../../src/client/generated/graphql.ts';
import { createClient } from '../../src/client/index.ts';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { createRoom, register } from '../kit/people.ts';
import { TestBrowser } from '../kit/push-service.ts';
import { buildPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import { storedEndpoints } from '../kit/stored-endpoints.ts';
import { WokenBrowser } from '../kit/woken-browser.ts';

describeInBrowser('useCall, in a strict React', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  const faults: string[] = [];
  const pages: Page[] = [];

  beforeAll(async () => {
    built = await buildPage(fileURLToPath(new URL('./fixtures/react', import.meta.url)));
    await writeFile(join(built.folder, 'peerql-push-worker.js'), await pushWorker());
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('none', {
      args: ['--host-resolver-rules=MAP lan.test 127.0.0.1'],
    });
  });

  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    expect(faults.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  async function signUp(
    name: string,
    roomId: string,
    wish = '',
    own: Pick<Browser, 'newContext'> = browser,
    url = server.url,
  ): Promise<Page> {
    const page = await (await own.newContext()).newPage();
    pages.push(page);
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      // Said of every page of plain http.
      const isPlain = message.text().includes('Cross-Origin-Opener-Policy');
      if (message.type() === 'error' && !isPlain) faults.push(message.text());
    });
    await page.goto(`${url}/?name=${name}&${wish}#${roomId}`);
    await page.locator('#sign-up').click();
    await page.locator('main[data-signed-in="true"]').waitFor();
    return page;
  }

  /** A room of somebody who is not in it. */
  async function roomOf(name: string, settings: CreateRoomInput = {}): Promise<string> {
    const host = await register(server.graphqlUrl, name);
    return (await createRoom(server.graphqlUrl, host, settings)).id;
  }

  const reaches = (page: Page, state: string) =>
    page.locator(`section[data-state="${state}"]`).waitFor({ state: 'attached' });

  it('joins with a room id, shows who comes and goes, and leaves without one', async () => {
    const roomId = await roomOf('Host');
    const ann = await signUp('Ann', roomId);
    await reaches(ann, 'idle');
    await ann.locator('#enter').click();
    await reaches(ann, 'connected');
    const bob = await signUp('Bob', roomId);
    await bob.locator('#enter').click();
    await ann.locator('li', { hasText: 'Bob' }).waitFor();
    await bob.locator('li', { hasText: 'Ann' }).waitFor();
    // Each once: strict mode has not joined twice.
    expect(await ann.locator('li').count()).toBe(1);
    await bob.locator('#leave').click();
    await reaches(bob, 'idle');
    await ann.locator('li').waitFor({ state: 'detached' });
    await bob.locator('#enter').click();
    await reaches(bob, 'connected');
    await ann.locator('li', { hasText: 'Bob' }).waitFor();
  });

  it('says why it could not join, by the code of the error', async () => {
    const ann = await signUp('Ann', '0123456789abcdef');
    await ann.locator('#enter').click();
    await reaches(ann, 'failed');
    await ann.locator('section[data-error="ROOM_NOT_FOUND"]').waitFor({ state: 'attached' });
    await ann.locator('#leave').click();
    await reaches(ann, 'idle');
  });

  it('waits before a room whose host lets people in', async () => {
    const ann = await signUp('Ann', '');
    const roomId = await ann.evaluate(async () => {
      const answer = await fetch('graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          query:
            'mutation { createRoom(input: { access: KNOCK }) { ... on CreateRoomSuccess { room { id } } } }',
        }),
      });
      const { data } = await answer.json();
      location.hash = data.createRoom.room.id;
      return location.hash.slice(1);
    });
    await ann.locator('#enter').click();
    await reaches(ann, 'connected');
    const bob = await signUp('Bob', roomId);
    await bob.locator('#enter').click();
    await reaches(bob, 'waiting');
    await ann.getByRole('button', { name: 'Admit Bob' }).click();
    await reaches(bob, 'connected');
    await ann.locator('li', { hasText: 'Bob' }).waitFor();
    await ann.getByRole('button', { name: 'Admit Bob' }).waitFor({ state: 'detached' });
  });

  it('is in the room once, with a client that is made in every render', async () => {
    const roomId = await roomOf('Host');
    const ann = await signUp('Ann', roomId, 'inline');
    const bob = await signUp('Bob', roomId);
    await bob.locator('#enter').click();
    await reaches(bob, 'connected');
    await ann.locator('#enter').click();
    await reaches(ann, 'connected');
    const item = await bob.locator('li', { hasText: 'Ann' }).elementHandle();
    // Each render of Ann's has made another client since.
    for (const name of ['Cem', 'Dia']) {
      const one = await signUp(name, roomId);
      await one.locator('#enter').click();
      await ann.locator('li', { hasText: name }).waitFor();
    }
    expect(await item?.evaluate((element) => element.isConnected)).toBe(true);
  });

  it('comes back under a new key, and after it was hidden', async () => {
    const roomId = await roomOf('Host');
    const ann = await signUp('Ann', roomId);
    const bob = await signUp('Bob', roomId);
    for (const one of [ann, bob]) {
      await one.locator('#enter').click();
      await reaches(one, 'connected');
    }
    for (let round = 0; round < 3; round += 1) {
      await ann.locator('#remount').click();
      await reaches(ann, 'connected');
      await ann.locator('li', { hasText: 'Bob' }).waitFor();
    }
    await ann.locator('#hide').click();
    await bob.locator('li', { hasText: 'Ann' }).waitFor({ state: 'detached' });
    await ann.locator('#show').click();
    await reaches(ann, 'connected');
    await bob.locator('li', { hasText: 'Ann' }).waitFor();
    expect(await bob.locator('li').count()).toBe(1);
  });

  it('opens the devices, or says that there are none', async () => {
    const roomId = await roomOf('Host');
    const ann = await signUp('Ann', roomId, 'media');
    await ann.locator('#enter').click();
    await reaches(ann, 'failed');
    await ann.locator('section[data-error="DEVICE"]').waitFor({ state: 'attached' });

    const equipped = await launchBrowser('granted');
    try {
      const bob = await signUp('Bob', roomId, 'media', equipped);
      await bob.locator('#enter').click();
      await reaches(bob, 'connected');
      await bob.locator('section[data-sends="2"]').waitFor({ state: 'attached' });
      await bob.locator('aside[data-devices="true true"]').waitFor({ state: 'attached' });
      // Browsers name the devices once one was opened, and say nothing of it.
      await bob.locator('aside[data-named="true"]').waitFor({ state: 'attached' });
    } finally {
      await equipped.close();
    }
  });

  it('says that a page of plain http: has no devices', async () => {
    const roomId = await roomOf('Host');
    const url = server.url.replace('127.0.0.1', 'lan.test');
    const ann = await signUp('Ann', roomId, 'media&push', browser, url);
    await ann.locator('footer[data-push="PUSH_INSECURE"]').waitFor({ state: 'attached' });
    await ann.locator('aside[data-devices="INSECURE_ORIGIN"]').waitFor({ state: 'attached' });
    await ann.locator('#enter').click();
    await ann.locator('section[data-error="INSECURE_ORIGIN"]').waitFor({ state: 'attached' });
  });

  it('knows the account and its rooms', async () => {
    const ann = await signUp('Ann', '');
    await ann.locator('aside[data-account="signedIn"][data-name="Ann"]').waitFor({
      state: 'attached',
    });
    await ann.locator('aside[data-rooms="0"]').waitFor({ state: 'attached' });
  });

  it('switches notifications of calls on and off, and keeps them on', async () => {
    const context = await browser.newContext();
    const phone = new TestBrowser('https://push.example.com/ann');
    await WokenBrowser.of(context, server.url, phone);
    const ann = await signUp('Ann', '', 'push', { newContext: async () => context });
    const shows = (state: string) =>
      ann
        .locator(`footer[data-push="${state}"][data-push-error=""]`)
        .waitFor({ state: 'attached' });
    await shows('OFF');
    await ann.locator('#push-on').click();
    await shows('ON');
    await ann.reload();
    await shows('ON');
    await ann.locator('#push-off').click();
    await shows('OFF');
    await context.clearPermissions();
    await ann.reload();
    await ann.locator('#push-on').click();
    await ann.locator('footer[data-push-error="PUSH_DENIED"]').waitFor({ state: 'attached' });
  });

  it('gives the server a renewed subscription by its token, which the worker does not have', async () => {
    const context = await browser.newContext();
    const phone = new TestBrowser('https://push.example.com/before');
    const woken = await WokenBrowser.of(context, server.url, phone);
    const ann = await signUp('Ann', '', 'push&bearer', { newContext: async () => context });
    await ann.locator('footer[data-push="OFF"]').waitFor({ state: 'attached' });
    await ann.locator('#push-on').click();
    await ann.locator('footer[data-push="ON"]').waitFor({ state: 'attached' });
    expect(storedEndpoints(server)).toContain(phone.endpoint);
    const { endpoint, subscription } = new TestBrowser('https://push.example.com/after');
    await woken.renew({ subscription });
    await expect.poll(() => storedEndpoints(server)).toContain(endpoint);
  });

  it('shows the account of the last question, however late an earlier answer comes', async () => {
    const ann = await signUp('Ann', '');
    const shows = (state: string, asked: number) =>
      ann.locator(`aside[data-account="${state}"][data-asked="${asked}"]`).waitFor({
        state: 'attached',
      });
    await shows('signedIn', 0);
    let release = () => {};
    const later = new Promise<void>((resolve) => {
      release = resolve;
    });
    const answered = new Promise<void>((resolve) => {
      void ann.route(
        '**/graphql',
        async (route) => {
          const response = await route.fetch();
          resolve();
          await later;
          await route.fulfill({ response });
        },
        { times: 1 },
      );
    });
    await ann.locator('#refresh').click();
    await answered;
    await ann.evaluate(() =>
      fetch('graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: 'mutation { logout { __typename } }' }),
      }),
    );
    await ann.locator('#refresh').click();
    await shows('signedOut', 1);
    release();
    await shows('signedOut', 2);
  });

  it.each(['rings', 'rings&inline'])('rings once, and shows who is there: %s', async (wish) => {
    const ann = await signUp('Ann', '', wish);
    await ann.locator('nav[data-reach="connected"]').waitFor({ state: 'attached' });
    const accountId = await ann.evaluate(async () => {
      const answer = await fetch('graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ me { id } }' }),
      });
      return (await answer.json()).data.me.id as string;
    });
    const bob = await register(server.graphqlUrl, 'Bob');
    const { graphqlUrl: url } = server;
    const client = createClient({ url, auth: 'bearer', token: bob.token, webSocket: WebSocket });
    await client.people.requestContact({ userId: accountId });
    await ann.locator('nav[data-contacts="1"]').waitFor({ state: 'attached' });
    await ann.evaluate(async (userId) => {
      const query = `mutation { answerContact(input: { userId: "${userId}", accepted: true }) { __typename } }`;
      await fetch('graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
    }, bob.accountId);
    const stop = client.people.subscribe(() => {});
    await ann.locator('nav[data-presence="ONLINE"]').waitFor({ state: 'attached' });
    const ringing = await client.people.ring([accountId]);
    const button = ann.getByRole('button', { name: 'Bob calls' });
    await button.click();
    await button.waitFor({ state: 'detached' });
    await expect.poll(() => ringing.snapshot.reason).toBe('DECLINED');
    stop();
    await ann.locator('nav[data-presence="OFFLINE"]').waitFor({ state: 'attached' });
  });
});
