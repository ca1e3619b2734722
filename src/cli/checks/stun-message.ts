import { createHash, createHmac, randomBytes } from 'node:crypto';

/** Methods (RFC 8489 §18.2, RFC 8656 §17). */
export const METHOD = { Binding: 0x001, Allocate: 0x003, Refresh: 0x004 } as const;

/** Attributes (RFC 8489 §18.3, RFC 8656 §18). */
export const ATTRIBUTE = {
  Username: 0x0006,
  MessageIntegrity: 0x0008,
  ErrorCode: 0x0009,
  Lifetime: 0x000d,
  Realm: 0x0014,
  Nonce: 0x0015,
  XorRelayedAddress: 0x0016,
  RequestedTransport: 0x0019,
  XorMappedAddress: 0x0020,
} as const;

const HEADER_BYTES = 20;
const MAGIC_COOKIE = 0x2112a442;
const INTEGRITY_BYTES = 24;
const CLASS_SUCCESS = 0x0100;
const CLASS_ERROR = 0x0110;

/** A request: its bytes, and the transaction id by which its answer is recognised. */
export interface StunRequest {
  readonly bytes: Buffer;
  readonly method: number;
  readonly transaction: Buffer;
}

export interface StunAnswer {
  readonly success: boolean;
  readonly attributes: ReadonlyMap<number, Buffer>;
}

/** The long-term credential (RFC 8489 §9.2): its key is MD5 of `username:realm:password`. */
export interface LongTermCredential {
  readonly username: string;
  readonly password: string;
  readonly realm: Buffer;
  readonly nonce: Buffer;
}

/** Makes a request; with a credential its last attribute is MESSAGE-INTEGRITY (RFC 8489 §14.5). */
export function stunRequest(
  method: number,
  attributes: readonly (readonly [type: number, value: Buffer])[] = [],
  credential: LongTermCredential | null = null,
): StunRequest {
  const transaction = randomBytes(12);
  const body = attributes.map(([type, value]) => attribute(type, value));
  if (credential === null) {
    return { bytes: frame(method, transaction, Buffer.concat(body), 0), method, transaction };
  }
  const { username, password, realm, nonce } = credential;
  body.push(
    attribute(ATTRIBUTE.Username, Buffer.from(username)),
    attribute(ATTRIBUTE.Realm, realm),
    attribute(ATTRIBUTE.Nonce, nonce),
  );
  const key = createHash('md5').update(`${username}:${realm}:${password}`).digest();
  // The length in the header already counts the attribute that follows.
  const signed = frame(method, transaction, Buffer.concat(body), INTEGRITY_BYTES);
  const integrity = createHmac('sha1', key).update(signed).digest();
  const bytes = Buffer.concat([signed, attribute(ATTRIBUTE.MessageIntegrity, integrity)]);
  return { bytes, method, transaction };
}

/** Reads an answer to `request`; null if the bytes are something else. */
export function readAnswer(bytes: Buffer, request: StunRequest): StunAnswer | null {
  if (bytes.length < HEADER_BYTES || bytes.length < messageBytes(bytes)) return null;
  if (bytes.readUInt32BE(4) !== MAGIC_COOKIE) return null;
  if (!bytes.subarray(8, HEADER_BYTES).equals(request.transaction)) return null;
  const type = bytes.readUInt16BE(0);
  const success = type === (request.method | CLASS_SUCCESS);
  if (!success && type !== (request.method | CLASS_ERROR)) return null;
  const attributes = new Map<number, Buffer>();
  const end = messageBytes(bytes);
  for (let at = HEADER_BYTES; at + 4 <= end; ) {
    const length = bytes.readUInt16BE(at + 2);
    const value = bytes.subarray(at + 4, at + 4 + length);
    // If an attribute comes twice, the first one counts (RFC 8489 §14).
    const attributeType = bytes.readUInt16BE(at);
    if (!attributes.has(attributeType)) attributes.set(attributeType, value);
    at += 4 + padded(length);
  }
  return { success, attributes };
}

/** The length of the message that begins with these bytes, according to its header. */
export function messageBytes(bytes: Buffer): number {
  return bytes.length < 4 ? HEADER_BYTES : HEADER_BYTES + bytes.readUInt16BE(2);
}

/** The error of an answer (RFC 8489 §14.8); 0 if it names none. */
export function errorCode({ attributes }: StunAnswer): number {
  const value = attributes.get(ATTRIBUTE.ErrorCode);
  return value === undefined || value.length < 4
    ? 0
    : value.readUInt8(2) * 100 + value.readUInt8(3);
}

/** An XOR-MAPPED-ADDRESS or XOR-RELAYED-ADDRESS over IPv4 (RFC 8489 §14.2) as `address:port`; null for any other. */
export function xorAddress(value: Buffer | undefined): string | null {
  if (value === undefined || value.length < 8 || value.readUInt8(1) !== 0x01) return null;
  const port = value.readUInt16BE(2) ^ (MAGIC_COOKIE >>> 16);
  const cookie = Buffer.alloc(4);
  cookie.writeUInt32BE(MAGIC_COOKIE);
  const address = [...value.subarray(4, 8)].map((byte, index) => byte ^ (cookie[index] ?? 0));
  return `${address.join('.')}:${port}`;
}

function frame(method: number, transaction: Buffer, body: Buffer, more: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(method, 0);
  header.writeUInt16BE(body.length + more, 2);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  return Buffer.concat([header, transaction, body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + padded(value.length));
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
