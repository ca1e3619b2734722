import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RawAnswer, send } from '../kit/http.ts';
import { startServer, type TestServer } from '../kit/server.ts';

const SHOP = 'https://shop.example';
const pagesFolder = fileURLToPath(new URL('../fixtures/page', import.meta.url));

let open: TestServer;
let closed: TestServer;

beforeAll(async () => {
  const env = { EMBED_ORIGINS: `${SHOP},http://localhost:3000` };
  open = await startServer({ env, overrides: { pagesFolder } });
  closed = await startServer({ overrides: { pagesFolder } });
});
afterAll(async () => {
  await open?.close();
  await closed?.close();
});

function framersIn({ headers }: RawAnswer): string | undefined {
  return /frame-ancestors ([^;]*)/.exec(String(headers['content-security-policy']))?.[1];
}

test('the named origins may frame the page for embedding', async () => {
  for (const path of ['/embed.html', '/embed.html?room=0123456789abcdef']) {
    const answer = await send(`${open.url}${path}`);
    expect(answer.text).toContain('The page for embedding');
    expect(framersIn(answer)).toBe(`${SHOP} http://localhost:3000`);
    expect(answer.headers).not.toHaveProperty('x-frame-options');
    expect(answer.headers).toMatchObject({
      'content-security-policy': expect.stringContaining("script-src 'self'"),
      'permissions-policy': expect.stringMatching(
        /camera=\(self\), microphone=\(self\), display-capture=\(self\)/,
      ),
    });
    expect(answer.headers['permissions-policy']).not.toContain('autoplay');
  }
});

test('nobody may frame any other page', async () => {
  for (const path of [
    ...['/', '/?room=0123456789abcdef', '/?account', '/index.html', '/graphql', '/embed.json'],
    ...['/embed', '/embed.html/', '//embed.html', '/Embed.html', '/?/embed.html'],
  ]) {
    const answer = await send(`${open.url}${path}`, { headers: { accept: 'text/html' } });
    // What another server around it answers, where it is a part of one, is not its own.
    if (answer.status === 404) continue;
    expect(framersIn(answer), path).toBe("'none'");
    expect(answer.headers, path).toHaveProperty('x-frame-options');
  }
});

test('without EMBED_ORIGINS nobody may frame it', async () => {
  const answer = await send(`${closed.url}/embed.html`);
  expect(framersIn(answer)).toBe("'none'");
  expect(answer.headers).toHaveProperty('x-frame-options');
});

test('the page learns who may frame it', async () => {
  const named = await send(`${open.url}/embed.json`);
  expect(JSON.parse(named.text)).toEqual({ origins: [SHOP, 'http://localhost:3000'] });
  expect(named.headers['cache-control']).toBe('no-store');
  expect(JSON.parse((await send(`${closed.url}/embed.json`)).text)).toEqual({ origins: [] });
});
