import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config/config.ts';
import { readEmbedOrigin, readFrontendOrigin } from '../src/config/frontend-origin.ts';

test.each([
  ['https://app.example.com', 'https://app.example.com'],
  ['https://app.example.com/', 'https://app.example.com'],
  ['HTTPS://App.Example.COM', 'https://app.example.com'],
  ['https://app.example.com:443', 'https://app.example.com'],
  ['http://app.example.com:80', 'http://app.example.com'],
  ['https://app.example.com:8443', 'https://app.example.com:8443'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['http://[::1]:3000', 'http://[::1]:3000'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['https://BÜCHER.example:443/', 'https://xn--bcher-kva.example'],
  ['capacitor://localhost', 'capacitor://localhost'],
  ['Capacitor://localhost/', 'capacitor://localhost'],
  ['ionic://localhost', 'ionic://localhost'],
  ['tauri://localhost', 'tauri://localhost'],
  ['app://.', 'app://.'],
  ['chrome-extension://abcdefghijklmnop', 'chrome-extension://abcdefghijklmnop'],
  [
    'moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc',
    'moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc',
  ],
  ['https://*.example.com', 'https://*.example.com'],
  ['https://*.Example.com:443', 'https://*.example.com'],
  ['https://*.preview.example.com:8443', 'https://*.preview.example.com:8443'],
  ['https://*.bücher.example', 'https://*.xn--bcher-kva.example'],
  ['https://*.mine.github.io', 'https://*.mine.github.io'],
])('%s is %s', (given, origin) => {
  expect(readFrontendOrigin(given)).toBe(origin);
});

test.each([
  ['*', 'no scheme'],
  ['null', 'no scheme'],
  ['app.example.com', 'no scheme'],
  ['//app.example.com', 'no scheme'],
  ['https://', 'no host'],
  ['https://app.example.com/path', 'no path'],
  ['https://app.example.com?a', 'no path'],
  ['https://app.example.com/#a', 'no path'],
  ['capacitor://localhost/app', 'no path'],
  ['https://user@app.example.com', 'no user'],
  ['https://user:password@app.example.com', 'no user'],
  ['https://app.example.com:99999', 'not valid'],
  ['https://app example.com', 'not valid'],
  ['https://*', 'only stand for subdomains'],
  ['https://*.*.example.com', 'only stand for subdomains'],
  ['https://app.*.example.com', 'only stand for subdomains'],
  ['https://*app.example.com', 'only stand for subdomains'],
  ['https://app.example.com:*', 'only stand for subdomains'],
  ['https://*.com', 'anybody may have'],
  ['https://*.co.uk', 'anybody may have'],
  ['https://*.github.io', 'anybody may have'],
  ['https://*.vercel.app', 'anybody may have'],
  ['https://*.localhost', 'anybody may have'],
  ['https://*.127.0.0.1', 'anybody may have'],
  ['chrome-extension://*', 'not valid'],
  ['wss://app.example.com', 'own scheme: https'],
  ['ws://app.example.com', 'own scheme: http'],
  ['file:///index.html', 'no path'],
  ['file://host', 'no origin'],
])('%s can never match: %s', (given, reason) => {
  expect(() => readFrontendOrigin(given)).toThrow(reason);
  expect(() => readConfig({ FRONTEND_URL: given })).toThrow(ConfigError);
});

test.each([
  ['https://Shop.Example.com:443/', 'https://shop.example.com'],
  ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ['http://localhost:3000', 'http://localhost:3000'],
  ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
])('pages of %s may frame the page for embedding', (given, origin) => {
  expect(readEmbedOrigin(given)).toBe(origin);
  expect(readConfig({ EMBED_ORIGINS: `https://a.example, ${given}` }).embedOrigins).toEqual([
    'https://a.example',
    origin,
  ]);
});

test.each([
  ['*', 'has to be named'],
  ['https://*.example.com', 'has to be named'],
  ["'self'", 'no scheme'],
  ['shop.example.com', 'no scheme'],
  ['https://shop.example.com/cart', 'no path'],
  ['https://user@shop.example.com', 'no user'],
  ['capacitor://localhost', 'only pages of https://'],
  ['https://shop.example.com;script-src', 'a name or an IPv4 address'],
  ['http://[::1]:3000', 'a name or an IPv4 address'],
])('%s may not: %s', (given, reason) => {
  expect(() => readEmbedOrigin(given)).toThrow(reason);
  expect(() => readConfig({ EMBED_ORIGINS: given })).toThrow(reason);
});

test('in production, only pages with TLS and those of this machine frame the page for embedding', () => {
  const production = { NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(32) };
  const named = 'https://a.example,http://localhost:3000,http://127.0.0.1:3000,http://a.localhost';
  expect(readConfig({ ...production, EMBED_ORIGINS: named }).embedOrigins).toHaveLength(4);
  for (const origin of ['http://a.example', 'http://10.0.0.1:3000', 'http://localhost.example']) {
    const env = { EMBED_ORIGINS: `https://a.example,${origin}` };
    expect(() => readConfig({ ...production, ...env })).toThrow(
      `in production, or http://localhost (got ${origin})`,
    );
    expect(readConfig(env).embedOrigins).toHaveLength(2);
  }
});

test('without the pages there is nothing to frame', () => {
  const env = { EMBED_ORIGINS: 'https://a.example', PAGES: 'off' };
  expect(() => readConfig(env)).toThrow('EMBED_ORIGINS needs PAGES=on');
});
