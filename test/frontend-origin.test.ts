import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config/config.ts';
import { readFrontendOrigin } from '../src/config/frontend-origin.ts';

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
