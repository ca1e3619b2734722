import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltPage, describeInBrowser, launchBrowser } from '../kit/browser.ts';
import { KeptLog } from '../kit/log.ts';
import { buildSdkPage } from '../kit/sdk-page.ts';
import { startServer, type TestServer } from '../kit/server.ts';

describeInBrowser('a page of an origin that is not allowed', () => {
  const log = new KeptLog();
  let built: BuiltPage;
  let server: TestServer;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildSdkPage();
    server = await startServer({ overrides: { log }, env: { NODE_ENV: 'development' } });
    browser = await launchBrowser('granted', {
      args: [
        '--host-resolver-rules=MAP lan.test 127.0.0.1,MAP far.example 127.0.0.1',
        // The page of a public name may then ask this machine at all.
        '--disable-features=LocalNetworkAccessChecks',
      ],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await built?.remove();
  });

  /** What a page of this name learns when it asks twice and opens a socket. */
  async function ask(name: string) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const told: string[] = [];
    page.on('console', (line) => told.push(line.text()));
    const origin = `http://${name}:5173`;
    await page.route(`${origin}/**`, (route) => {
      const file = new URL(route.request().url()).pathname.slice(1) || 'index.html';
      return route.fulfill({ path: join(built.folder, file) });
    });
    const { port, pathname } = new URL(server.graphqlUrl);
    const url = `http://lan.test:${port}${pathname}`;
    await page.goto(`${origin}/?server=${encodeURIComponent(url)}`);
    const found = await page.evaluate(async (url) => {
      const { client, failure } = window.tester;
      const read = async () => {
        const response = await fetch(url, {
          method: 'POST',
          credentials: 'include',
          headers: { 'content-type': 'application/json' },
          body: '{"query":"{ me { id } }"}',
        });
        return `${response.status} ${await response.text()}`;
      };
      const answer = await read().catch(() => 'unreadable');
      return { answer, codes: await Promise.all([client.me(), client.connect()].map(failure)) };
    }, url);
    await context.close();
    return { ...found, told: told.join('\n'), origin };
  }

  const warnings = () => log.lines.filter(({ message }) => message.includes('FRONTEND_URL'));

  it('reads in development which line lets it in, which the server logs once', async () => {
    const found = await ask('lan.test');
    expect(found.answer).toContain('403');
    expect(found.answer).toContain(
      `The origin ${found.origin} is not allowed: add it to FRONTEND_URL.`,
    );
    expect(found.codes).toEqual(['CSRF_PREVENTED', 'NETWORK']);
    expect(found.told).toContain('403 (Forbidden)');
    expect(found.told).not.toContain('CORS');
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]?.message).toContain(`FRONTEND_URL=${found.origin}`);
  });

  it('reads nothing where it is a page of the internet', async () => {
    const found = await ask('far.example');
    expect(found.answer).toBe('unreadable');
    expect(found.codes).toEqual(['NETWORK', 'NETWORK']);
    expect(found.told).toContain('CORS');
  });
});
