import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { CreateRoomInput } from '../../src/client/generated/graphql.ts';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { createRoom, register } from '../kit/people.ts';
import { buildPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

describeInBrowser('useCall, in a strict React', () => {
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;
  const faults: string[] = [];
  const pages: Page[] = [];

  beforeAll(async () => {
    built = await buildPage(fileURLToPath(new URL('./fixtures/react', import.meta.url)));
    server = await startServer({ overrides: { pagesFolder: built.folder } });
    browser = await launchBrowser('none');
  });

  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    expect(faults).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  async function signUp(name: string, roomId: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    pages.push(page);
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(`${server.url}/?name=${name}#${roomId}`);
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
      const answer = await fetch('/graphql', {
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
});
