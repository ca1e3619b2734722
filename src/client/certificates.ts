import { PeerqlError } from './errors.ts';

/** The SHA-256 fingerprints (RFC 8122) of the certificates of one connection, 32 bytes each. */
export interface Certificates {
  readonly own: Uint8Array;
  readonly theirs: Uint8Array;
}

/** The fields that are read here from an entry of an `RTCStatsReport` (W3C webrtc-stats). */
export interface CertificateEntry {
  readonly id: string;
  readonly type: string;
  readonly localCertificateId?: string;
  readonly remoteCertificateId?: string;
  readonly fingerprint?: string;
  readonly fingerprintAlgorithm?: string;
}

/** What is read of an `RTCPeerConnection`. */
export interface CertifiedConnection {
  readonly connectionState: RTCPeerConnectionState;
  readonly currentLocalDescription: { readonly sdp: string } | null;
  readonly currentRemoteDescription: { readonly sdp: string } | null;
  getStats(): Promise<{ values(): Iterable<CertificateEntry> }>;
}

const BYTES = 32;
/** How often it is looked whether the connection was closed. */
const LOOK_MS = 100;

/**
 * The certificates that the two browsers have shown each other in the DTLS handshake of this connection. If the browser
 * reports them (`RTCCertificateStats`), they are from the handshake itself. Firefox does not; there they are those of
 * the descriptions, which the browser has compared with the handshake (RFC 8827, 6.5).
 * @throws {PeerqlError} `NOT_CONNECTED` before the handshake; `CERTIFICATES_DIFFER` when one side has shown more than one
 * certificate, or one without a SHA-256 fingerprint
 */
export async function certificatesOf(connection: CertifiedConnection): Promise<Certificates> {
  const entries = [...(await statisticsOf(connection)).values()];
  const { connectionState, currentLocalDescription, currentRemoteDescription } = connection;
  if (connectionState !== 'connected') throw notConnected();
  const reported = reportedIn(entries);
  const own = reported?.own ?? fingerprintsIn(currentLocalDescription?.sdp ?? '');
  const theirs = reported?.theirs ?? fingerprintsIn(currentRemoteDescription?.sdp ?? '');
  return { own: theOnlyOne(own), theirs: theOnlyOne(theirs) };
}

/** In Firefox, the statistics of a connection that is closed meanwhile never come, and closing it fires no event. */
async function statisticsOf(
  connection: CertifiedConnection,
): ReturnType<CertifiedConnection['getStats']> {
  let looking: ReturnType<typeof setInterval> | undefined;
  const closed = new Promise<never>((_, reject) => {
    looking = setInterval(() => {
      if (connection.connectionState === 'closed') reject(notConnected());
    }, LOOK_MS);
  });
  try {
    return await Promise.race([connection.getStats(), closed]);
  } finally {
    clearInterval(looking);
  }
}

export function notConnected(): PeerqlError {
  return new PeerqlError('NOT_CONNECTED', 'There is no connection to this participant now.');
}

/** A fingerprint as `sha-256 ab:cd:…`. */
type Fingerprint = string;

interface Reported {
  readonly own: Fingerprint[];
  readonly theirs: Fingerprint[];
}

/** The fingerprints of all transports: a connection may have one for each kind of media. Null when none are reported. */
function reportedIn(entries: readonly CertificateEntry[]): Reported | null {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const named = (id: string | undefined): Fingerprint => {
    const { fingerprintAlgorithm = '', fingerprint = '' } = byId.get(id ?? '') ?? {};
    return `${fingerprintAlgorithm} ${fingerprint}`.toLowerCase();
  };
  const transports = entries.filter(
    ({ type, remoteCertificateId }) => type === 'transport' && remoteCertificateId,
  );
  if (transports.length === 0) return null;
  return {
    own: transports.map(({ localCertificateId }) => named(localCertificateId)),
    theirs: transports.map(({ remoteCertificateId }) => named(remoteCertificateId)),
  };
}

/** Every fingerprint in a description: a browser accepts a certificate that matches any of them. */
function fingerprintsIn(sdp: string): Fingerprint[] {
  const lines = sdp.matchAll(/^a=fingerprint:(\S+) (\S+)/gm);
  return [...lines].map(([, algorithm, value]) => `${algorithm} ${value}`.toLowerCase());
}

function theOnlyOne(fingerprints: readonly Fingerprint[]): Uint8Array {
  const [first = '', ...others] = new Set(fingerprints);
  const [algorithm, value = ''] = first.split(' ');
  const bytes = value.split(':').map((byte) => Number.parseInt(byte, 16));
  const fits = bytes.length === BYTES && bytes.every((byte) => byte >= 0 && byte <= 255);
  if (others.length > 0 || algorithm !== 'sha-256' || !fits) {
    throw new PeerqlError(
      'CERTIFICATES_DIFFER',
      'This connection has more than one certificate, or one that cannot be compared: somebody may be in the middle.',
    );
  }
  return Uint8Array.from(bytes);
}
