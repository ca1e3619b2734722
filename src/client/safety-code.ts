import { type CertifiedConnection, certificatesOf } from './certificates.ts';
import { PeerqlError } from './errors.ts';

/** Keeps these codes apart from any other use of the same fingerprints. */
const PURPOSE = 'peerql safety code 1';
/** Each try of somebody who looks for another certificate with the same digits costs this many rounds. */
const ROUNDS = 100_000;
const DIGITS = 20;
const GROUP = 5;
/** 128 bits for 66 bits of digits: what the remainder prefers is too little to matter. */
const DERIVED_BITS = 128;

/**
 * The safety code of the connection to another participant, as `Call.safetyCode` describes it.
 * @throws {PeerqlError} as {@link certificatesOf} and {@link safetyCodeOf}
 */
export async function safetyCode(connection: CertifiedConnection): Promise<string> {
  const { own, theirs } = await certificatesOf(connection);
  return safetyCodeOf(own, theirs);
}

/**
 * The safety code of two certificates, by their SHA-256 fingerprints: 40 digits in eight groups, the same on both sides. Half of them depend on one
 * certificate alone, the other half on the other. So a certificate that gives the same code has to match a given half,
 * 66 bits and 100,000 rounds of PBKDF2 for each try, and nothing is gained by choosing both certificates (no birthday
 * attack).
 * @throws {PeerqlError} `INSECURE_ORIGIN`: on a page from plain http there is no Web Crypto
 */
export async function safetyCodeOf(own: Uint8Array, theirs: Uint8Array): Promise<string> {
  // Undefined on an insecure origin, despite its type.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined) {
    throw new PeerqlError(
      'INSECURE_ORIGIN',
      'Browsers compute a safety code only on pages of https: and of localhost.',
    );
  }
  const halves = await Promise.all([digitsOf(subtle, own), digitsOf(subtle, theirs)]);
  const digits = halves.sort().join('');
  return (digits.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join(' ');
}

async function digitsOf(subtle: SubtleCrypto, fingerprint: Uint8Array): Promise<string> {
  const bytes = Uint8Array.from(fingerprint);
  const key = await subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveBits']);
  const salt = new TextEncoder().encode(PURPOSE);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS };
  const derived = new DataView(await subtle.deriveBits(how, key, DERIVED_BITS));
  const number = (derived.getBigUint64(0) << 64n) | derived.getBigUint64(8);
  return String(number % 10n ** BigInt(DIGITS)).padStart(DIGITS, '0');
}
