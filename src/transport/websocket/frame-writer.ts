import type { Socket } from 'node:net';

const FIN_TEXT = 0x81;
const FIN_PING = 0x89;
/** Payloads up to this many bytes have their length in the frame's second byte (RFC 6455 §5.2). */
const SHORT = 125;
const MEDIUM = 65_535;

/** Text as it is sent: UTF-8, with one character for each byte. Its length is its size in bytes. */
export type Wire = string & { readonly wire: unique symbol };

/** Converts text to one character for each byte. */
export function toWire(text: string): Wire {
  // ASCII needs no conversion, and nearly all text is ASCII.
  const isAscii = Buffer.byteLength(text) === text.length;
  return (isAscii ? text : Buffer.from(text).toString('latin1')) as Wire;
}

const waiting: FrameWriter[] = [];

function flushAll(): void {
  for (const writer of waiting) writer.flush();
  waiting.length = 0;
}

/** After about this many bytes a ping goes out, whose answer proves that they have arrived. */
const PROVE_BYTES = 16 * 1024;
/** How many bytes may be under way without proof. The rest waits here, so that later pings are not behind so much. */
const UNPROVED_BYTES = 128 * 1024;
/** The payload of these pings is this letter and a number of bytes. Other pings begin differently. */
const PROOF = 'b';

/**
 * Writes text frames and pings of a server (RFC 6455 §5.2: unmasked) to a TCP socket. Everything for one socket in one
 * turn of the event loop is gathered and sent in a single write; one callback at the end of the turn flushes all
 * sockets.
 *
 * A slow reader must not look dead. So no more is sent at a time than it can read within some seconds, and its answers
 * to pings keep coming.
 */
export class FrameWriter {
  readonly #socket: Socket;
  readonly #reader: { drained(): void };
  /** The frames of this turn, headers and all. */
  #gathered = '';
  #scheduled = false;
  /** The limit that was reached when `hasRoom` answered false; 0 while nobody waits for room. */
  #fullAt = 0;
  /** The parts that wait until more bytes are proved, oldest first. Each ends with a ping. */
  #held: string[] = [];
  #heldBytes = 0;
  /** Total bytes so far: gathered, written, and proved to have arrived. */
  #bytes = 0;
  #written = 0;
  #proved = 0;
  #pingedAt = 0;
  /**
   * Where the newest part ends, and the length of the longest part since everything had arrived. A single frame cannot
   * be split, so a part may be long.
   */
  #longEnd = 0;
  #longBytes = 0;

  /** @param reader is told when a socket that was full has room again */
  constructor(socket: Socket, reader: { drained(): void }) {
    this.#socket = socket;
    this.#reader = reader;
  }

  /** Bytes that wait, here and in the socket. */
  get waitingBytes(): number {
    return this.#socket.writableLength + this.#gathered.length + this.#heldBytes;
  }

  /** Whether fewer bytes than `limit` wait, here and in the socket. After false the reader is told when half have left. */
  hasRoom(limit: number): boolean {
    if (this.waitingBytes < limit) return true;
    this.#fullAt = limit;
    return false;
  }

  /** The most bytes that may still be under way before one ping; 0 if everything has arrived. */
  get longUnproved(): number {
    return this.#longEnd > this.#proved ? this.#longBytes : 0;
  }

  send(wire: Wire): void {
    this.#gather(header(wire.length) + wire);
    if (this.#bytes - this.#pingedAt < PROVE_BYTES) return;
    this.#longBytes = Math.max(this.longUnproved, this.#bytes - this.#pingedAt);
    this.#longEnd = this.#bytes;
    this.ping(`${PROOF}${this.#bytes}`);
    this.#pingedAt = this.#bytes;
    // The parts are made here and not at writing, because frames must stay whole.
    this.#hold();
  }

  /** Sends a ping after everything that was sent so far; its payload is at most 125 bytes of ASCII. */
  ping(payload: string): void {
    this.#gather(String.fromCharCode(FIN_PING, payload.length) + payload);
  }

  /** Notes the answer to one of this writer's pings. */
  ponged(payload: string): void {
    const bytes = payload.startsWith(PROOF) ? Number(payload.slice(1)) : 0;
    if (!(bytes > this.#proved && bytes <= this.#written)) return;
    this.#proved = bytes;
    if (this.#held.length > 0) this.#release(UNPROVED_BYTES);
  }

  #gather(frame: string): void {
    if (!this.#scheduled) {
      if (waiting.length === 0) setImmediate(flushAll);
      waiting.push(this);
      this.#scheduled = true;
    }
    this.#gathered += frame;
    this.#bytes += frame.length;
  }

  /** Writes what was gathered, as far as the limit of unproved bytes allows. */
  flush(): void {
    this.#scheduled = false;
    const gathered = this.#gathered;
    if (this.#held.length > 0 || !this.#mayBeUnderWay(gathered.length)) {
      this.#hold();
      this.#release(UNPROVED_BYTES);
    } else if (gathered !== '') {
      this.#gathered = '';
      this.#write(gathered);
    }
  }

  /** Writes all of it, so that a close frame sent after this comes after it. */
  flushWhole(): void {
    this.#hold();
    this.#release(Number.POSITIVE_INFINITY);
  }

  /** Forgets what has not been written. */
  drop(): void {
    this.#gathered = '';
    this.#held = [];
    this.#heldBytes = 0;
  }

  #mayBeUnderWay(bytes: number): boolean {
    return bytes < PROVE_BYTES || this.#written + bytes - this.#proved < UNPROVED_BYTES;
  }

  #hold(): void {
    if (this.#gathered === '') return;
    this.#held.push(this.#gathered);
    this.#heldBytes += this.#gathered.length;
    this.#gathered = '';
  }

  #release(unproved: number): void {
    let parts = '';
    let taken = 0;
    for (const part of this.#held) {
      if (this.#written + parts.length - this.#proved >= unproved) break;
      parts += part;
      taken += 1;
    }
    this.#held.splice(0, taken);
    this.#heldBytes -= parts.length;
    if (parts !== '') this.#write(parts);
  }

  #write(text: string): void {
    // A Latin-1 string goes from the heap to the kernel without a buffer.
    if (!this.#socket.writable) return;
    this.#written += text.length;
    const taken = this.#socket.write(text, 'latin1');
    if (!taken || this.#fullAt === 0 || this.waitingBytes > this.#fullAt / 2) return;
    // The socket emits `drain` only if it could not take everything at once.
    this.#fullAt = 0;
    this.#reader.drained();
  }
}

const shortHeaders = Array.from({ length: SHORT + 1 }, (_, bytes) =>
  String.fromCharCode(FIN_TEXT, bytes),
);

function header(bytes: number): string {
  const short = shortHeaders[bytes];
  if (short !== undefined) return short;
  if (bytes <= MEDIUM) return String.fromCharCode(FIN_TEXT, 126, bytes >> 8, bytes & 0xff);
  const long = Buffer.from([FIN_TEXT, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  long.writeUInt32BE(bytes, 6);
  return long.toString('latin1');
}
