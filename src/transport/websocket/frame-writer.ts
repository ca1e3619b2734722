import type { Socket } from 'node:net';

const FIN_TEXT = 0x81;
const FIN_PING = 0x89;
/** Payloads up to this many bytes have their length in the frame's second byte (RFC 6455 §5.2). */
const SHORT = 125;
const MEDIUM = 65_535;

/** Text as it goes over the wire: UTF-8, one character a byte. Its length is its size. */
export type Wire = string & { readonly wire: unique symbol };

/** Brings text to one character a byte. */
export function toWire(text: string): Wire {
  // ASCII, which nearly all of it is, is that already.
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
/** Bytes that are under way without proof, at most: what is behind them waits here, where later pings stand behind less. */
const UNPROVED_BYTES = 128 * 1024;
/** What such pings carry is this and a number of bytes; those of others begin otherwise. */
const PROOF = 'b';

/**
 * Writes text frames and pings of a server (RFC 6455 §5.2: unmasked) to a TCP socket. What one socket is sent in one turn of the
 * event loop is gathered and leaves in a single write; all sockets are flushed by one callback at the turn's end.
 *
 * A reader that is slow is no dead one: so that the answers to pings keep coming, no more is sent at a time than it reads
 * within some seconds.
 */
export class FrameWriter {
  readonly #socket: Socket;
  readonly #reader: { drained(): void };
  /** The frames of this turn, headers and all. */
  #gathered = '';
  #scheduled = false;
  /** How many bytes were too many for who waits to hear that there is room again; 0 while nobody waits. */
  #fullAt = 0;
  /** What waits until more has been proved, oldest first; each part ends with a ping. */
  #held: string[] = [];
  #heldBytes = 0;
  /** All bytes so far: gathered, written, and known to have arrived. */
  #bytes = 0;
  #written = 0;
  #proved = 0;
  #pingedAt = 0;
  /** Where the newest part ends, and the length of the longest since everything had arrived: one frame cannot be parted. */
  #longEnd = 0;
  #longBytes = 0;

  /** @param reader hears of it when there is room again in a socket that was full */
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

  /** What stands before one ping and may still be under way, in bytes, at most; 0 where everything has arrived. */
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
    // Parts are made here, and not where they are written: frames have to stay whole.
    this.#hold();
  }

  /** Sends a ping after everything that was sent so far; its payload is at most 125 bytes of ASCII. */
  ping(payload: string): void {
    this.#gather(String.fromCharCode(FIN_PING, payload.length) + payload);
  }

  /** Notes the answer to a ping of this writer's own. */
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

  /** Writes what was gathered so far, as far as it may be under way. */
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
    // As a Latin-1 string it goes to the kernel straight from the heap: no buffer is made for it.
    if (!this.#socket.writable) return;
    this.#written += text.length;
    const taken = this.#socket.write(text, 'latin1');
    if (!taken || this.#fullAt === 0 || this.waitingBytes > this.#fullAt / 2) return;
    // The socket says `drain` only of what it could not take at once.
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
