import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { bundleElements } from '../kit/elements-bundle.ts';
import { buildExample } from '../kit/example-page.ts';
import { MeetingPage } from '../kit/meeting-page.ts';
// The examples reach the server as most front ends do: at /graphql of their own origin.
import { testOfOwnPort as it } from '../kit/mounts.ts';
import { blocksOf, ROOT, readPage } from '../kit/pages.ts';
import { createRoom, type Person, register } from '../kit/people.ts';
import { startServer, type TestServer } from '../kit/server.ts';
import type {} from './fixtures/frameworks/host.ts';

const FRAMEWORKS = ['react', 'vue', 'svelte', 'solid'];
/** The whole of three applications, but for the lines that mount it and create the client. */
const COMPONENTS = [
  'examples/vue/src/VideoCall.vue',
  'examples/svelte/src/VideoCall.svelte',
  'examples/react/src/video-call.tsx',
];

describeInBrowser('calls in frameworks', () => {
  let folder: string;
  let server: TestServer;
  let browser: Browser;
  let host: Person;
  let script: string;
  let file = '';
  let site: string;
  const pages: MeetingPage[] = [];
  const otherSite = createServer(({ url = '' }, response) => {
    const isScript = url.endsWith('.js');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isScript ? script : file);
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peerql-frameworks-'));
    for (const name of FRAMEWORKS) {
      await buildExample(name, join(folder, name));
      const hosting = join(ROOT, 'test/e2e/fixtures/frameworks', name);
      await buildExample(name, join(folder, `${name}-host`), hosting);
    }
    script = await bundleElements('all');
    otherSite.listen(0, '127.0.0.1');
    await once(otherSite, 'listening');
    site = `http://127.0.0.1:${(otherSite.address() as AddressInfo).port}`;
    server = await startServer({
      env: { FRONTEND_URL: site },
      overrides: { pagesFolder: folder },
    });
    host = await register(server.graphqlUrl, 'Host');
    browser = await launchBrowser('granted');
  });

  afterEach(async () => {
    const open = pages.splice(0);
    await Promise.all(open.map((page) => page.close()));
    expect(open.flatMap(({ faults }) => faults)).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    otherSite.closeAllConnections();
    otherSite.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function openPage(): Promise<MeetingPage> {
    const meeting = await MeetingPage.open(browser);
    pages.push(meeting);
    return meeting;
  }

  /** Somebody who is signed in opens a page. */
  async function visit(name: string, path: string): Promise<MeetingPage> {
    const meeting = await openPage();
    await meeting.signUp(server.graphqlUrl, name);
    await meeting.page.goto(`${server.url}/${path}`);
    return meeting;
  }

  /** Somebody opens a plain HTML file of another site. */
  async function visitSite(html: string): Promise<MeetingPage> {
    file = html;
    const meeting = await openPage();
    await meeting.page.goto(site);
    return meeting;
  }

  const show = ({ page }: MeetingPage, room: string | null) =>
    page.evaluate((given) => window.host.show(given), room);

  const newRoom = async (name: string) => (await createRoom(server.graphqlUrl, host, { name })).id;

  describe.each(FRAMEWORKS)('%s', (framework) => {
    const path = `${framework}-host/index.html`;

    it('joins, shows the other and that they are muted, changes rooms, and leaves when it is unmounted', async () => {
      const [tea, coffee] = [await newRoom('Tea'), await newRoom('Coffee')];
      const [ann, bob] = [await visit('Ann', path), await visit('Bob', path)];
      for (const one of [ann, bob]) await show(one, tea);
      await Promise.all([ann.sees('Bob'), bob.sees('Ann')]);
      await ann.page.getByRole('heading', { name: 'Tea' }).waitFor();
      // Each once: nothing has joined twice.
      expect(await ann.page.getByTestId('tile').count()).toBe(1);

      await ann.page.getByRole('button', { name: 'Mute microphone' }).click();
      await bob.tile('Ann', '[data-audio="false"]').waitFor();

      await show(bob, coffee);
      await bob.page.getByRole('heading', { name: 'Coffee' }).waitFor();
      await ann.misses('Bob');
      await show(bob, tea);
      await Promise.all([ann.sees('Bob'), bob.sees('Ann')]);

      await show(bob, null);
      await ann.misses('Bob');
      expect(await bob.page.getByRole('heading').count()).toBe(0);
    });

    it('comes back at once to the room that it has just left', async () => {
      const tea = await newRoom('Tea');
      const [ann, bob] = [await visit('Ann', path), await visit('Bob', path)];
      for (const one of [ann, bob]) await show(one, tea);
      for (let round = 0; round < 3; round += 1) {
        await bob.tile('Ann').waitFor();
        await show(bob, null);
        await show(bob, tea);
      }
      await Promise.all([ann.sees('Bob'), bob.sees('Ann')]);
      expect(await ann.page.getByTestId('tile').count()).toBe(1);
      expect(await bob.page.getByRole('alert').count()).toBe(0);
    });

    it('says why there is no call, and joins the next room', async () => {
      const ann = await visit('Ann', path);
      await show(ann, '0123456789abcdef');
      await ann.page
        .getByRole('alert')
        .getByText('There is no such room, or it has ended.')
        .waitFor();
      await show(ann, await newRoom('Tea'));
      await ann.page.getByRole('heading', { name: 'Tea' }).waitFor();
      expect(await ann.page.getByRole('alert').count()).toBe(0);
    });

    it('follows any store of the SDK, only while something shows it', async () => {
      const { page } = await visit('Ann', path);
      const reaches = (reach: string) =>
        expect.poll(() => page.evaluate(() => window.host.reach())).toBe(reach);
      await page.getByText('none').waitFor();
      await page.evaluate(() => window.host.watch(true));
      await page.getByText('connected').waitFor();
      await page.evaluate(() => window.host.watch(false));
      await page.getByText('none').waitFor();
      await reaches('idle');
    });
  });

  it('is made by plain HTML of five lines, and by components of twenty, with each other', async () => {
    const room = await newRoom('Tea');
    const { token } = await register(server.graphqlUrl, 'html');
    const [block] = blocksOf('docs/frameworks.md').filter(({ language }) => language === 'html');
    const html = (block?.text ?? '')
      .replace('./node_modules/@peerql/elements/standalone.js', './elements.js')
      .replace('https://calls.example.com', server.url)
      .replace('room="…" token="…"', `room="${room}" token="${token}"`);
    expect(linesOf(html)).toBeLessThanOrEqual(5);
    const joined = ['html'];
    const people = [await visitSite(html)];
    for (const component of COMPONENTS) {
      expect(linesOf(readPage(component))).toBeLessThanOrEqual(20);
      const [, name = ''] = component.split('/');
      joined.push(name);
      people.push(await visit(name, `${name}/index.html#${room}`));
    }
    await Promise.all(
      people.map(async (one, index) => {
        const others = joined.filter((_, other) => other !== index);
        for (const name of others) await one.sees(name);
        expect(await one.page.getByTestId('tile').count()).toBe(others.length);
      }),
    );
  });
});

/** How many lines a text has, blank ones left out. */
const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '').length;
