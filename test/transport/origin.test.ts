import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { ClientAddresses, type TrustedProxies } from '../../src/transport/client-address.ts';
import { OriginPolicy } from '../../src/transport/origin.ts';
import { SessionCookie } from '../../src/transport/session-cookie.ts';
import { KeptLog } from '../kit/log.ts';

function request(headers: Record<string, string>, remoteAddress = '10.0.0.1'): IncomingMessage {
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

function allows(
  headers: Record<string, string>,
  options: { frontends?: string[]; proxies?: TrustedProxies; publicUrl?: string } = {},
): boolean {
  return new OriginPolicy(options.frontends ?? [], {
    proxies: new ClientAddresses(options.proxies ?? 0),
    publicUrl: options.publicUrl ?? null,
  }).allows(request(headers));
}

describe('the own origin', () => {
  test.each([
    ['https://app.example.com', 'app.example.com'],
    ['https://app.example.com', 'app.example.com:443'],
    ['https://app.example.com', 'APP.example.com'],
    ['https://app.example.com:443', 'app.example.com'],
    ['http://app.example.com', 'app.example.com:80'],
    ['http://[::1]:5000', '[::1]:5000'],
    ['https://xn--bcher-kva.example', 'bücher.example'],
  ])('%s is that of Host: %s', (origin, host) => {
    expect(allows({ origin, host })).toBe(true);
  });

  test.each([
    ['https://app.example.com', 'app.example.com:80'],
    ['http://app.example.com', 'app.example.com:443'],
    ['https://app.example.com', 'app.example.com:8443'],
    ['https://app.example.com', 'example.com'],
    ['https://app.example.com', 'app.example.com@evil.example'],
    ['https://app.example.com', 'app.example.com/path'],
    ['https://app.example.com', ''],
    ['null', 'null'],
    ['capacitor://localhost', 'localhost'],
  ])('%s is not that of Host: %s', (origin, host) => {
    expect(allows({ origin, host })).toBe(false);
  });

  test('X-Forwarded-Host counts from trusted proxies alone', () => {
    const headers = {
      origin: 'https://app.example.com',
      host: 'peerql:5000',
      'x-forwarded-host': 'app.example.com',
    };
    expect(allows(headers)).toBe(false);
    expect(allows(headers, { proxies: ['192.0.2.1'] })).toBe(false);
    expect(allows(headers, { proxies: 1 })).toBe(true);
    expect(allows(headers, { proxies: ['10.0.0.0/8'] })).toBe(true);
    const forged = { ...headers, 'x-forwarded-host': 'app.example.com, other.example.com' };
    expect(allows(forged, { proxies: 1 })).toBe(false);
  });

  test('X-Forwarded-Proto: a page without TLS is not that of a server with TLS', () => {
    const headers = { origin: 'http://app.example.com', host: 'app.example.com' };
    expect(allows(headers, { proxies: 1 })).toBe(true);
    for (const scheme of ['https', 'wss', 'HTTPS']) {
      const told = { ...headers, 'x-forwarded-proto': scheme };
      expect(allows(told, { proxies: 1 })).toBe(false);
      expect(allows(told, { proxies: 0 })).toBe(true);
      expect(allows({ ...told, origin: 'https://app.example.com' }, { proxies: 1 })).toBe(true);
    }
  });

  test('PUBLIC_URL is one, whatever the proxies say', () => {
    const headers = { origin: 'https://app.example.com', host: 'peerql:5000' };
    expect(allows(headers, { publicUrl: 'https://app.example.com/calls' })).toBe(true);
    expect(allows(headers, { publicUrl: 'https://app.example.com:443' })).toBe(true);
    expect(allows(headers, { publicUrl: 'http://app.example.com' })).toBe(false);
  });
});

describe('front ends', () => {
  test.each([
    ['https://a.example.com', true],
    ['https://a.b.example.com', true],
    ['https://A.Example.com', true],
    ['https://example.com', false],
    ['http://a.example.com', false],
    ['https://a.example.com:8443', false],
    ['https://a.example.com.evil.example', false],
    ['https://evilexample.com', false],
    ['null', false],
  ])('https://*.example.com lets %s in: %s', (origin, expected) => {
    expect(allows({ origin, host: 'peerql' }, { frontends: ['https://*.example.com'] })).toBe(
      expected,
    );
  });

  test('applications are let in by their scheme', () => {
    const frontends = ['capacitor://localhost'];
    expect(allows({ origin: 'capacitor://localhost' }, { frontends })).toBe(true);
    expect(allows({ origin: 'ionic://localhost' }, { frontends })).toBe(false);
    expect(allows({ origin: 'http://localhost' }, { frontends })).toBe(false);
  });

  test('pages of the same machine are let in where people develop', () => {
    for (const origin of ['http://localhost:5173', 'http://127.0.0.1:3000', 'http://[::1]:8080']) {
      const headers = { origin, host: 'localhost:5000' };
      expect(allows(headers)).toBe(false);
      expect(new OriginPolicy([], { development: true }).allows(request(headers))).toBe(true);
    }
    for (const origin of ['http://localhost.evil.example', 'http://127.0.0.1.evil.example']) {
      expect(new OriginPolicy([], { development: true }).allows(request({ origin }))).toBe(false);
    }
  });

  test('a refused origin is told once, with the line to set', () => {
    const log = new KeptLog();
    const policy = new OriginPolicy(['https://a.example'], { development: true, log });
    for (let index = 0; index < 3; index += 1) {
      policy.allows(request({ origin: 'http://192.168.1.5:5173', host: 'localhost:5000' }));
    }
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]?.message).toContain(
      'FRONTEND_URL=https://a.example,http://192.168.1.5:5173',
    );
    for (let index = 0; index < 100; index += 1) {
      policy.allows(request({ origin: `https://${index}.example` }));
    }
    expect(log.lines).toHaveLength(20);
  });
});

describe('the session cookie', () => {
  const expires = new Date(0);

  test('of another site is kept apart by the site that it is set in', () => {
    const cookie = new SessionCookie(true, ['https://app.example.com']);
    expect(cookie.write('t', expires, 'api.example.net')).toMatch(/SameSite=None/);
    expect(cookie.write('t', expires, 'api.example.net')).toMatch(/; Partitioned/);
    expect(cookie.clear('api.example.net')).toMatch(/; Partitioned/);
    expect(cookie.write('t', expires, 'api.example.com')).not.toMatch(/Partitioned|None/);
    for (const frontend of ['capacitor://localhost', 'chrome-extension://abc']) {
      const header = new SessionCookie(true, [frontend]).write('t', expires, 'localhost');
      expect(header).toMatch(/SameSite=None/);
    }
    const wild = new SessionCookie(true, ['https://*.example.com']);
    expect(wild.write('t', expires, 'api.example.com')).toMatch(/SameSite=Lax/);
    expect(wild.write('t', expires, 'api.example.net')).toMatch(/SameSite=None/);
  });

  test('has the name and the path that fit', () => {
    const header = (...args: ConstructorParameters<typeof SessionCookie>) =>
      new SessionCookie(...args).write('t', expires, 'a.example').split('; ');
    expect(header(true, [])).toEqual(
      expect.arrayContaining(['__Host-peerql_session=t', 'Path=/', 'Secure']),
    );
    expect(header(true, [], null, '/api')).toEqual(
      expect.arrayContaining(['__Secure-peerql_session=t', 'Path=/api', 'Secure']),
    );
    expect(header(true, [], '__Host-mine', '/api')).toEqual(
      expect.arrayContaining(['__Host-mine=t', 'Path=/', 'Secure']),
    );
    expect(header(false, [], 'mine', '/api')).toEqual(
      expect.arrayContaining(['mine=t', 'Path=/api']),
    );
    expect(new SessionCookie(true, [], 'mine').read('mine=a; peerql_session=b')).toBe('a');
  });
});
