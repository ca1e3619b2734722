import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
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
