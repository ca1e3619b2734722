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

/**
 * Writes text frames and pings of a server (RFC 6455 §5.2: unmasked) to a TCP socket. What one socket is sent in one turn of the
 * event loop is gathered and leaves in a single write; all sockets are flushed by one callback at the turn's end.
 */
export class FrameWriter {
  readonly #socket: Socket;
  readonly #reader: { drained(): void };
  readonly #gathering: boolean;
  /** The frames of this turn, headers and all. */
  #gathered = '';
  #scheduled = false;
  /** Whether somebody was told that there is no room and waits to hear of it. */
  #full = false;

  /**
   * @param reader hears of it when there is room again in a socket that was full
   * @param gathering whether frames wait for the end of the turn; where not, each is written by itself
   */
  constructor(socket: Socket, reader: { drained(): void }, gathering: boolean) {
    this.#socket = socket;
    this.#reader = reader;
    this.#gathering = gathering;
  }

  /** Bytes that wait, here and in the socket. */
  get waitingBytes(): number {
    return this.#socket.writableLength + this.#gathered.length;
  }

  /** Whether fewer bytes than `limit` wait, here and in the socket. After false the reader is told when they have left. */
  hasRoom(limit: number): boolean {
    if (this.waitingBytes < limit) return true;
    this.#full = true;
    return false;
  }

  send(wire: Wire): void {
    this.#gather(header(wire.length) + wire);
  }

  /** Sends a ping after everything that was sent so far; its payload is at most 125 bytes of ASCII. */
  ping(payload: string): void {
    this.#gather(String.fromCharCode(FIN_PING, payload.length) + payload);
  }

  #gather(frame: string): void {
    if (this.#gathering && !this.#scheduled) {
      if (waiting.length === 0) setImmediate(flushAll);
      waiting.push(this);
      this.#scheduled = true;
    }
    this.#gathered += frame;
    if (!this.#gathering) this.flush();
  }

  /** Writes what was gathered so far, so that a close frame sent after this comes after it. */
  flush(): void {
    this.#scheduled = false;
    const gathered = this.#gathered;
    if (gathered === '') return;
    this.#gathered = '';
    // As a Latin-1 string it goes to the kernel straight from the heap: no buffer is made for it.
    if (!this.#socket.writable) return;
    const taken = this.#socket.write(gathered, 'latin1');
    if (!taken || !this.#full) return;
    // The socket says `drain` only of what it could not take at once.
    this.#full = false;
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
