import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { buildSdkPage, SdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

describeInBrowser('the SDK and its server', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildSdkPage();
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('granted', {
      args: ['--host-resolver-rules=MAP lan.test 127.0.0.1'],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  it('asks a function for a token at every connect, and does not wait for one for ever', async () => {
    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const roomId = await ann.createRoom();
    const found = await ann.page.evaluate(async (id) => {
      const { client, createClient, cut, failure } = window.tester;
      let given = 0;
      const own = createClient({
        auth: 'bearer',
        token: async () => {
          given += 1;
          return (await client.issueConnectionToken()).token;
        },
      });
      const name = (await own.me())?.name;
      const call = await own.joinRoom(id);
      const before = given;
      const back = new Promise<void>((resolve) => {
        call.on('state', (state) => {
          if (state === 'connected') resolve();
        });
      });
      cut();
      await back;
      const silent = createClient({
        auth: 'bearer',
        timeoutMs: 300,
        token: () => new Promise(() => {}),
      });
      const codes = await Promise.all(
        [silent.me(), silent.joinRoom(id, { timeoutMs: 300 })].map(failure),
      );
      call.leave();
      return { name, asked: given > before, codes };
    }, roomId);
    expect(found).toEqual({ name: 'Ann', asked: true, codes: ['NETWORK', 'NETWORK'] });
    await ann.close();
  });

  it('is in no room after a join that was aborted, at whichever moment', async () => {
    const ann = await SdkPage.open(browser, server.url, 'Ann');
    const roomId = await ann.createRoom();
    const found = await ann.page.evaluate(async (id) => {
      const { client, failure } = window.tester;
      const names = [await failure(client.joinRoom(id, { signal: AbortSignal.abort() }))];
      for (const waitMs of [0, 1, 5, 20]) {
        const giveUp = new AbortController();
        const { signal } = giveUp;
        // The stay of the round before may still be ending.
        const join = client.joinRoom(id, { signal, takeOver: true });
        const done = join.then((call) => call.leave());
        setTimeout(() => giveUp.abort(), waitMs);
        names.push((await failure(done)) ?? 'AbortError');
      }
      return names;
    }, roomId);
    expect(found).toEqual(Array(5).fill('AbortError'));
    await ann.page.waitForFunction(
      async (id) => (await window.tester.client.room(id))?.participants.length === 0,
      roomId,
    );
    await ann.close();
  });

  it('says on a page of https: why a server of http: is out of reach', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.route('https://app.test/**', (route) => {
      const { pathname } = new URL(route.request().url());
      const file = pathname === '/' ? 'index.html' : pathname.slice(1);
      return route.fulfill({ path: join(built.folder, file) });
    });
    await page.goto('https://app.test/');
    const { port, pathname } = new URL(server.graphqlUrl);
    const messages = await page.evaluate(async (url) => {
      const client = window.tester.createClient({ url });
      const tried = [client.me(), client.connect(), client.joinRoom('any', { timeoutMs: 300 })];
      return Promise.all(
        tried.map((one) => one.catch(({ code, message }) => `${code}: ${message}`)),
      );
    }, `http://lan.test:${port}${pathname}`);
    const why =
      'NETWORK: The server could not be reached. A page of https: can use only a server of https:.';
    expect(messages).toEqual([why, why, why]);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('makes calls on a page of plain http, and says why there are no devices', async () => {
    const { port, pathname } = new URL(server.url);
    const ann = await SdkPage.open(browser, `http://lan.test:${port}${pathname}`, null);
    const found = await ann.page.evaluate(async () => {
      const { createClient, failure } = window.tester;
      const { pathname: url } = new URL('graphql', document.baseURI);
      const client = createClient({ url, auth: 'bearer' });
      const email = `lan-${Math.random()}@example.com`;
      await client.register({ name: 'Ann', email, password: 'correct horse battery staple' });
      const call = await client.joinRoom((await client.createRoom()).id);
      const codes = await Promise.all(
        [call.setCamera(true), call.setMicrophone(true), call.shareScreen()].map(failure),
      );
      await call.sendMessage('Hello');
      const { state } = call.snapshot;
      call.leave();
      return { secure: isSecureContext, codes, state };
    });
    expect(found).toEqual({
      secure: false,
      codes: ['INSECURE_ORIGIN', 'INSECURE_ORIGIN', 'INSECURE_ORIGIN'],
      state: 'connected',
    });
    await ann.close();
  });
});
