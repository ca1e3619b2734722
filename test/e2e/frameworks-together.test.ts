import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { describeInBrowser } from '../kit/browser.ts';
import { bundleElements } from '../kit/elements-bundle.ts';
import { buildExample } from '../kit/example-page.ts';
import { FrameworkPages } from '../kit/framework-pages.ts';
import { testOfOwnPort as it } from '../kit/mounts.ts';
import { blocksOf, readPage } from '../kit/pages.ts';
import { register } from '../kit/people.ts';

/** The whole of three applications, but for the lines that create the client and mount them. */
const COMPONENTS = {
  vue: 'examples/vue/src/VideoCall.vue',
  svelte: 'examples/svelte/src/VideoCall.svelte',
  react: 'examples/react/src/video-call.tsx',
};

describeInBrowser('plain HTML, Vue, Svelte and React', () => {
  let script = '';
  let html = '';
  let site = '';
  /** A site of its own, with one file of HTML and the script of the elements. */
  const sites = createServer(({ url = '' }, response) => {
    const isScript = url.endsWith('.js');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isScript ? script : html);
  });

  const pages = new FrameworkPages(
    async (folder) => {
      for (const name of Object.keys(COMPONENTS)) await buildExample(name, join(folder, name));
      script = await bundleElements('all');
      sites.listen(0, '127.0.0.1');
      await once(sites, 'listening');
      site = `http://127.0.0.1:${(sites.address() as AddressInfo).port}`;
    },
    () => ({ FRONTEND_URL: site }),
  );

  afterAll(() => {
    sites.closeAllConnections();
    sites.close();
  });

  /** The page of docs/frameworks.md, with values. */
  async function plainPage(room: string): Promise<string> {
    const { token } = await register(pages.server.graphqlUrl, 'html');
    const [block] = blocksOf('docs/frameworks.md').filter(({ language }) => language === 'html');
    return (block?.text ?? '')
      .replace('./node_modules/@peerql/elements/standalone.js', './elements.js')
      .replace('https://calls.example.com', pages.server.url)
      .replace('room="…" token="…"', `room="${room}" token="${token}"`);
  }

  it('make a call with each other: five lines of HTML, and components of twenty lines', async () => {
    const room = await pages.newRoom('Tea');
    html = await plainPage(room);
    expect(linesOf(html)).toBeLessThanOrEqual(5);
    const people = new Map([['html', await pages.open(site)]]);
    for (const [name, component] of Object.entries(COMPONENTS)) {
      expect(linesOf(readPage(component))).toBeLessThanOrEqual(20);
      people.set(name, await pages.visit(name, `${name}/index.html#${room}`));
    }
    await Promise.all(
      [...people].map(async ([own, meeting]) => {
        const others = [...people.keys()].filter((name) => name !== own);
        for (const name of others) await meeting.sees(name);
        expect(await meeting.page.getByTestId('tile').count()).toBe(others.length);
      }),
    );
  });
});

/** How many lines a text has, blank ones left out. */
const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '').length;
