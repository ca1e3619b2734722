import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { ClientAddresses, type TrustedProxies } from '../../src/transport/client-address.ts';

/** The address of a request that came from `peer` with this X-Forwarded-For. */
function addressOf(proxies: TrustedProxies, peer: string, forwarded?: string): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  const request = { headers, socket: { remoteAddress: peer } };
  return new ClientAddresses(proxies).of(request as unknown as IncomingMessage);
}

test('nobody is believed by default', () => {
  expect(addressOf(0, '203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
  expect(addressOf(0, '127.0.0.1', '198.51.100.1')).toBe('127.0.0.1');
});

test('as many proxies are believed as there are', () => {
  expect(addressOf(1, '10.0.0.1', '6.6.6.6, 198.51.100.1')).toBe('198.51.100.1');
  expect(addressOf(2, '10.0.0.1', '6.6.6.6, 198.51.100.1, 10.0.0.2')).toBe('198.51.100.1');
  expect(addressOf(1, '10.0.0.1')).toBe('10.0.0.1');
});

test('proxies are believed by their addresses', () => {
  const proxies = ['loopback', '10.0.0.0/8'];
  expect(addressOf(proxies, '127.0.0.1', '6.6.6.6, 198.51.100.1, 10.1.2.3')).toBe('198.51.100.1');
  expect(addressOf(proxies, '203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
});

test.each([
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', (address, counted) => {
  expect(addressOf(0, address)).toBe(counted);
});

test.each([
  ['198.51.100.1:4711', '198.51.100.1'],
  ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::9]:4711', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['[fe80::1%eth0]:80', 'fe80:0:0:0::/64'],
  ['::ffff:198.51.100.1', '198.51.100.1'],
  ['::ffff:c633:6401', '198.51.100.1'],
  ['0:0:0:0:0:ffff:198.51.100.1', '198.51.100.1'],
  ['[::ffff:198.51.100.1]:4711', '198.51.100.1'],
  ['  198.51.100.1  ', '198.51.100.1'],
  ['6.6.6.6,198.51.100.1', '198.51.100.1'],
])('a proxy that writes %j speaks for %s', (forwarded, counted) => {
  expect(addressOf(1, '10.0.0.1', forwarded)).toBe(counted);
  expect(addressOf(['10.0.0.0/8'], '10.0.0.1', forwarded)).toBe(counted);
});

test.each([
  '',
  ' ',
  ',',
  '6.6.6.6,',
  '6.6.6.6, ',
  'unknown',
  '6.6.6.6, unknown',
  '_hidden',
  'localhost',
  '"198.51.100.1"',
  '198.51.100',
  '198.51.100.256',
  '198.51.100.1:',
  '198.51.100.1:port',
  '198.51.100.1:4711111',
  '2001:db8::1::2',
  '[2001:db8::1',
  '2001:db8:1:2:3:4:5:6:4711',
  '[198.51.100.1',
  'unix:',
  "198.51.100.1' OR 1=1",
])('%j is no address: it counts as the proxy that wrote it', (forwarded) => {
  expect(addressOf(1, '10.0.0.1', forwarded)).toBe('10.0.0.1');
  expect(addressOf(['10.0.0.0/8'], '10.0.0.1', forwarded)).toBe('10.0.0.1');
});

test('what is no address ends the chain, whatever stands before it', () => {
  expect(addressOf(3, '10.0.0.1', '6.6.6.6, unknown, 10.0.0.2')).toBe('10.0.0.2');
  expect(addressOf(['loopback', '10.0.0.0/8'], '127.0.0.1', '6.6.6.6, , 10.0.0.2')).toBe(
    '10.0.0.2',
  );
});

test('proxies are known in every form of their addresses', () => {
  for (const peer of ['::ffff:10.0.0.1', '::ffff:a00:1', '10.0.0.1']) {
    expect(addressOf(['10.0.0.1'], peer, '198.51.100.1')).toBe('198.51.100.1');
  }
  expect(addressOf(['fe80::/10'], 'fe80::1%eth0', '198.51.100.1')).toBe('198.51.100.1');
  expect(addressOf(['loopback'], '127.0.0.1', '198.51.100.1:80, 127.0.0.2:81')).toBe(
    '198.51.100.1',
  );
});

test('headers that come several times count as one', () => {
  const headers = { 'x-forwarded-for': ['6.6.6.6', '198.51.100.1'] };
  const request = { headers, socket: { remoteAddress: '10.0.0.1' } };
  expect(new ClientAddresses(1).of(request as unknown as IncomingMessage)).toBe('198.51.100.1');
});

describe('what a proxy says of the host', () => {
  function told(proxies: TrustedProxies, peer: string, host: string, forwarded: string) {
    const headers = { 'x-forwarded-host': host, 'x-forwarded-for': forwarded };
    const request = { headers, socket: { remoteAddress: peer } };
    return new ClientAddresses(proxies).told(
      request as unknown as IncomingMessage,
      'x-forwarded-host',
    );
  }

  test('counts from trusted ones alone', () => {
    expect(told(0, '10.0.0.1', 'a.example', '')).toBeNull();
    expect(told(['loopback'], '203.0.113.9', 'a.example', '198.51.100.1')).toBeNull();
    expect(told(1, '10.0.0.1', 'a.example', '198.51.100.1')).toBe('a.example');
    expect(told(['10.0.0.0/8'], '10.0.0.1', 'a.example', '')).toBe('a.example');
    expect(told(1, '10.0.0.1', '', '198.51.100.1')).toBeNull();
  });

  test('of several it is what the outermost trusted one has added', () => {
    expect(told(1, '10.0.0.1', 'forged.example, a.example', '198.51.100.1')).toBe('a.example');
    expect(told(2, '10.0.0.1', 'forged.example, a.example, b', '198.51.100.1, 10.0.0.2')).toBe(
      'a.example',
    );
    expect(told(2, '10.0.0.1', 'a.example', '198.51.100.1, 10.0.0.2')).toBe('a.example');
  });
});
