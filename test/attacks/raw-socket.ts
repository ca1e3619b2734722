import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { AttackedServer } from './attacked-server.ts';

const WAIT_MS = 15_000;

/** A frame as a client sends it, masked (RFC 6455, 5.2). */
export function clientFrame(
  text: string | Buffer,
  { opcode, final }: { opcode: number; final: boolean },
): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 255]);
  const masked = Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)));
  return Buffer.concat([Buffer.from([(final ? 0x80 : 0) | opcode]), length, mask, masked]);
}

/** A WebSocket after its handshake, as bare bytes. */
export class RawSocket {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #sent = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#ended = true;
    });
  }

  /** What has left, and does not wait here. */
  get sentBytes(): number {
    return this.#sent;
  }

  write(bytes: Buffer): void {
    if (this.#socket.destroyed) return;
    this.#socket.write(bytes, (error) => {
      if (!error) this.#sent += bytes.length;
    });
  }

  /** Resolves once the server has ended the connection; rejects where it does not within 15 s. */
  async ended(): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#socket.destroy();
    }, WAIT_MS);
    if (!this.#ended) await once(this.#socket, 'close').catch(() => {});
    clearTimeout(timer);
    if (late) throw new Error(`The server did not end the connection within ${WAIT_MS} ms.`);
  }

  /** The code of the server's close frame (RFC 6455, 5.5.1); 1006 where it went without one. */
  async closeCode(): Promise<number> {
    const timer = setTimeout(() => this.#socket.destroy(), WAIT_MS);
    let code = this.#findClose();
    while (code === null && !this.#ended) {
      await Promise.race([once(this.#socket, 'data'), once(this.#socket, 'close')]).catch(() => {});
      code = this.#findClose();
    }
    clearTimeout(timer);
    this.#socket.destroy();
    return code ?? 1006;
  }

  #findClose(): number | null {
    const end = this.#received.indexOf('\r\n\r\n');
    let at = end < 0 ? this.#received.length : end + 4;
    while (at + 2 <= this.#received.length) {
      const opcode = (this.#received[at] ?? 0) & 15;
      const short = (this.#received[at + 1] ?? 0) & 127;
      const head = short === 126 ? 4 : 2;
      const length = short === 126 ? this.#received.readUInt16BE(at + 2) : short;
      if (at + head + length > this.#received.length) return null;
      if (opcode === 8) return length >= 2 ? this.#received.readUInt16BE(at + head) : 1005;
      at += head + length;
    }
    return null;
  }
}

/** Opens a WebSocket by hand, under an address of its own. */
export async function rawSocket(
  server: AttackedServer,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawSocket> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  const raw = new RawSocket(socket);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const key = randomBytes(16).toString('base64');
  raw.write(
    Buffer.from(
      `GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n${lines.join('')}\r\n`,
    ),
  );
  await once(socket, 'data');
  return raw;
}
