import { expect, it } from 'vitest';
import {
  connectionOf,
  markIn,
  oppositeOf,
  roleIn,
  withMark,
  withRole,
} from '../../src/client/session-description.ts';

function description(setup: string): string {
  const head = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1'];
  const media = [0, 1].flatMap((mid) => [
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    `a=mid:${mid}`,
    'a=fingerprint:sha-256 AB:CD',
    `a=setup:${setup}`,
  ]);
  return `${[...head, ...media].join('\r\n')}\r\n`;
}

it('keeps the role that is held in every section of an offer, and leaves a first offer alone', () => {
  const offer = description('actpass');
  expect(withRole(offer, 'passive')).toBe(description('passive'));
  expect(withRole(offer, 'active')).toBe(description('active'));
  expect(withRole(offer, null)).toBe(offer);
});

it('reads a role from an answer alone', () => {
  expect(roleIn(description('active'))).toBe('active');
  expect(roleIn(description('passive'))).toBe('passive');
  expect(roleIn(description('actpass'))).toBeNull();
  expect(roleIn('v=0\r\n')).toBeNull();
  expect(oppositeOf('active')).toBe('passive');
  expect(oppositeOf('passive')).toBe('active');
});

it('marks a description before its first section, and reads the mark back', () => {
  const marked = withMark(description('actpass'), { connection: 2, offer: 7 });
  expect(markIn(marked)).toEqual({ connection: 2, offer: 7 });
  expect(marked.indexOf('a=x-peerql-mark')).toBeLessThan(marked.indexOf('m='));
  expect(marked.replace('a=x-peerql-mark:2 7\r\n', '')).toBe(description('actpass'));
  expect(markIn(withMark('v=0\r\n', { connection: 0, offer: 1 }))).toEqual({
    connection: 0,
    offer: 1,
  });
});

it('finds no mark in the description of another client, or in one that is none', () => {
  expect(markIn(description('actpass'))).toBeNull();
  expect(markIn('a=x-peerql-mark:1\r\n')).toBeNull();
  expect(markIn('a=x-peerql-mark:-1 2\r\n')).toBeNull();
  expect(markIn('a=x-peerql-mark:99999999999 2\r\n')).toBeNull();
});

it('tells certificates apart by their fingerprint', () => {
  const known = { type: 'answer', sdp: description('active') } as const;
  const sameCertificate = description('actpass');
  const another = sameCertificate.replaceAll('AB:CD', 'EF:01');
  expect(connectionOf({ type: 'offer', sdp: sameCertificate }, known, 3)).toBe(3);
  expect(connectionOf({ type: 'offer', sdp: another }, known, 3)).toBe(4);
  // An answer makes no connection, and nothing is known before the first description.
  expect(connectionOf({ type: 'answer', sdp: another }, known, 3)).toBe(3);
  expect(connectionOf({ type: 'offer', sdp: another }, null, 3)).toBe(3);
  // A number says more than a certificate.
  const marked = withMark(another, { connection: 3, offer: 1 });
  expect(connectionOf({ type: 'offer', sdp: marked }, known, 3)).toBe(3);
});
