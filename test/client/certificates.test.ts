import { expect, it } from 'vitest';
import {
  type CertificateEntry,
  type CertifiedConnection,
  certificatesOf,
} from '../../src/client/certificates.ts';

function fingerprint(byte: string): string {
  return Array.from({ length: 32 }, () => byte).join(':');
}

function certificate(id: string, byte: string, fingerprintAlgorithm = 'sha-256'): CertificateEntry {
  return { id, type: 'certificate', fingerprint: fingerprint(byte), fingerprintAlgorithm };
}

function transport(id: string, localCertificateId: string, remoteCertificateId: string) {
  return { id, type: 'transport', localCertificateId, remoteCertificateId };
}

function connection(
  entries: readonly CertificateEntry[],
  { own = '', theirs = '', connectionState = 'connected' as RTCPeerConnectionState } = {},
): CertifiedConnection {
  return {
    connectionState,
    currentLocalDescription: { sdp: own },
    currentRemoteDescription: { sdp: theirs },
    getStats: async () => ({ values: () => entries }),
  };
}

const line = (byte: string, algorithm = 'sha-256') =>
  `a=fingerprint:${algorithm} ${fingerprint(byte)}\r\n`;

const hex = (bytes: Uint8Array) => [...new Set(bytes)].map((byte) => byte.toString(16)).join();

it('takes the certificates of the handshake, not those of the descriptions', async () => {
  const entries = [certificate('L', 'AA'), certificate('R', 'bb'), transport('T', 'L', 'R')];
  const told = { own: line('11'), theirs: line('22') };
  const { own, theirs } = await certificatesOf(connection(entries, told));
  expect([hex(own), hex(theirs)]).toEqual(['aa', 'bb']);
  expect(own).toHaveLength(32);
});

it('takes those of the descriptions where the browser reports none', async () => {
  const told = { own: line('AA') + line('aa'), theirs: line('BB') };
  const { own, theirs } = await certificatesOf(connection([], told));
  expect([hex(own), hex(theirs)]).toEqual(['aa', 'bb']);
});

it('finds a second certificate, for example of one kind of media only', async () => {
  const two = [
    certificate('L', 'AA'),
    certificate('R', 'BB'),
    certificate('M', 'CC'),
    transport('T', 'L', 'R'),
    transport('U', 'L', 'M'),
  ];
  const refused = { code: 'CERTIFICATES_DIFFER' };
  await expect(certificatesOf(connection(two))).rejects.toMatchObject(refused);
  // A browser accepts a certificate that any of the lines names.
  const told = { own: line('AA'), theirs: line('BB') + line('CC') };
  await expect(certificatesOf(connection([], told))).rejects.toMatchObject(refused);
});

it.each([
  ['another hash', line('BB', 'sha-1')],
  ['no fingerprint', ''],
  ['a short one', 'a=fingerprint:sha-256 BB:BB\r\n'],
  ['no numbers', `a=fingerprint:sha-256 ${fingerprint('XY')}\r\n`],
])('refuses %s', async (_, theirs) => {
  const refused = { code: 'CERTIFICATES_DIFFER' };
  const odd = connection([], { own: line('AA'), theirs });
  await expect(certificatesOf(odd)).rejects.toMatchObject(refused);
});

it('does not wait for statistics of a connection that was closed meanwhile', async () => {
  const closing = {
    ...connection([]),
    connectionState: 'connected' as RTCPeerConnectionState,
    // As in Firefox.
    getStats: () => new Promise<never>(() => {}),
  };
  const waiting = certificatesOf(closing);
  closing.connectionState = 'closed';
  await expect(waiting).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
});

it('says nothing before the handshake', async () => {
  const early = connection([], {
    own: line('AA'),
    theirs: line('BB'),
    connectionState: 'connecting',
  });
  await expect(certificatesOf(early)).rejects.toMatchObject({ code: 'NOT_CONNECTED' });
});
