import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface Endpoint {
  host: string;
  port: number;
  path: string;
  protocol?: string;
  headers?: Record<string, string>;
}

/** The callbacks of a wire: for text frames, and for its end. */
export interface WireListener {
  frame(text: string): void;
  closed(why: string): void;
}

// One buffer for all reads, because each read is consumed before the next begins.
const readBuffer = Buffer.allocUnsafe(256 * 1024);
const scratch = Buffer.from(new ArrayBuffer(256 * 1024));
const scratchWords = new Uint32Array(scratch.buffer);
// `ws` skips unmasking only for a zero key, so a fixed non-zero key costs the server as much as a random one.
const mask = Buffer.from([0x5a, 0xc3, 0x17, 0x8e]);
const maskWord = mask.readUInt32LE(0);
const dirty: Wire[] = [];

function flushAll(): void {
  for (const wire of dirty) wire.flush();
  dirty.length = 0;
}

/**
 * A WebSocket client that costs the generator little: it writes and reads frames by hand (RFC 6455), only ASCII text,
 * and everything that is sent in one turn of the event loop goes out in one write.
 */
export class Wire {
  readonly #socket: Socket;
  readonly #listener: WireListener;
  #pending: Buffer[] = [];
  #rest: Buffer | null = null;
  #open = false;
  #ended = false;
  #settle: ((error?: Error) => void) | null = null;
  /** Resolves when the server has answered the upgrade; rejects when it refuses. */
  readonly opened: Promise<void>;

  constructor(endpoint: Endpoint, listener: WireListener) {
    this.#listener = listener;
    this.opened = new Promise((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve());
    });
    this.#socket = connect({
      host: endpoint.host,
      port: endpoint.port,
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (bytes, buffer) => {
          this.#received(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => this.#end(error.message));
    this.#socket.on('close', () => this.#end('connection closed'));
    const lines = [
      `GET ${endpoint.path} HTTP/1.1`,
      `Host: ${endpoint.host}:${endpoint.port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ];
    if (endpoint.protocol) lines.push(`Sec-WebSocket-Protocol: ${endpoint.protocol}`);
    for (const [name, value] of Object.entries(endpoint.headers ?? {}))
      lines.push(`${name}: ${value}`);
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  }

  /** Sends ASCII text as one frame, together with whatever else this turn sends. */
  send(text: string): void {
    this.#queue(encodeFrame(text, 0x81));
  }

  /** Ends the connection with a close frame. */
  close(): void {
    if (this.#ended) return;
    this.#queue(encodeFrame('\x03\xe8', 0x88));
    this.flush();
    this.#ended = true;
    this.#socket.end();
  }

  /** Cuts the connection without a close frame. */
  destroy(): void {
    this.#ended = true;
    this.#socket.destroy();
  }

  flush(): void {
    const frames = this.#pending;
    if (frames.length === 0 || this.#ended) return;
    this.#pending = [];
    this.#socket.write(frames.length === 1 ? (frames[0] as Buffer) : Buffer.concat(frames));
  }

  #queue(frame: Buffer): void {
    if (this.#pending.length === 0) {
      if (dirty.length === 0) process.nextTick(flushAll);
      dirty.push(this);
    }
    this.#pending.push(frame);
  }

  #received(chunk: Buffer): void {
    let data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = null;
    if (!this.#open) {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) {
        this.#rest = Buffer.from(data);
        return;
      }
      if (!data.toString('latin1', 0, end).startsWith('HTTP/1.1 101')) {
        this.#end(`upgrade refused: ${data.toString('latin1', 0, 200)}`);
        return;
      }
      this.#open = true;
      this.#settle?.();
      this.#settle = null;
      data = data.subarray(end + 4);
    }
    const used = this.#frames(data);
    if (used < data.length) this.#rest = Buffer.from(data.subarray(used));
  }

  #frames(data: Buffer): number {
    let at = 0;
    while (data.length - at >= 2 && !this.#ended) {
      const head = data[at] as number;
      let length = data[at + 1] as number;
      let start = at + 2;
      if (length === 126) {
        if (data.length - at < 4) break;
        length = data.readUInt16BE(start);
        start += 2;
      } else if (length === 127) {
        if (data.length - at < 10) break;
        length = Number(data.readBigUInt64BE(start));
        start += 8;
      }
      const end = start + length;
      if (end > data.length) break;
      at = end;
      if (head === 0x81) this.#listener.frame(data.toString('latin1', start, end));
      else this.#control(head, data.subarray(start, end));
    }
    return at;
  }

  #control(head: number, payload: Buffer): void {
    if (head === 0x89) this.#queue(encodeFrame(payload.toString('latin1'), 0x8a));
    else if (head === 0x88) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#end(`server closed with ${code} ${payload.toString('utf8', 2)}`);
    } else if (head !== 0x8a) this.#end(`unexpected frame 0x${head.toString(16)}`);
  }

  #end(why: string): void {
    this.#settle?.(new Error(why));
    this.#settle = null;
    if (this.#ended) return;
    this.#ended = true;
    this.#socket.destroy();
    this.#listener.closed(why);
  }
}

function encodeFrame(text: string, head: number): Buffer {
  const length = text.length;
  const header = length < 126 ? 6 : length < 65_536 ? 8 : 14;
  // The payload starts at byte 16, so that it can be masked one word at a time.
  scratch.write(text, 16, 'latin1');
  for (let word = 4; word <= (16 + length) >> 2; word++) {
    scratchWords[word] = (scratchWords[word] as number) ^ maskWord;
  }
  const start = 16 - header;
  scratch[start] = head;
  if (header === 6) scratch[start + 1] = 0x80 | length;
  else if (header === 8) {
    scratch[start + 1] = 0x80 | 126;
    scratch.writeUInt16BE(length, start + 2);
  } else {
    scratch[start + 1] = 0x80 | 127;
    scratch.writeBigUInt64BE(BigInt(length), start + 2);
  }
  scratch.set(mask, 12);
  return Buffer.from(scratch.subarray(start, 16 + length));
}
